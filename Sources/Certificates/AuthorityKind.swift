/// The kinds of certificate authority, with RDS's names for them (user guide, "Certificate authorities").
enum AuthorityKind: String, Sendable, CaseIterable {
    case rsa2048
    case ecc384

    func identifier(generation: Int) -> String { "rds-ca-\(rawValue)-g\(generation)" }

    /// The kind and generation that an identifier names; nil for a name of another form.
    static func parse(_ identifier: String) -> (kind: AuthorityKind, generation: Int)? {
        let parts = identifier.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0] == "rds", parts[1] == "ca", let kind = AuthorityKind(rawValue: String(parts[2])),
            parts[3].first == "g", let generation = Int(parts[3].dropFirst()), generation > 0,
            kind.identifier(generation: generation) == identifier
        else { return nil }
        return (kind, generation)
    }
}
