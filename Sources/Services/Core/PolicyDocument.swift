internal import AWSWire

/// A policy's JSON, as far as it is looked into before IAM lands: its form, and two questions about whom it lets in.
struct PolicyDocument {
    struct Malformed: Error {
        var message: String
    }

    struct Statement {
        var allows: Bool
        var hasCondition: Bool
        /// `*`, account numbers and ARNs of principals of AWS.
        var principals: [String]
        var actions: [String]
    }

    var statements: [Statement]

    init(_ text: String) throws(Malformed) {
        let tree: Parameters
        do {
            tree = try JSONReader.parameters(Array(text.utf8))
        } catch {
            throw Malformed(message: "The policy is not JSON: \(error.message)")
        }
        guard let statement = tree["Statement"], statement.text == nil else {
            throw Malformed(message: "The policy must have Statement, a list.")
        }
        let all = statement["Effect"] == nil ? statement.elements : [statement]
        guard !all.isEmpty else { throw Malformed(message: "The policy has no statement.") }
        var read: [Statement] = []
        for one in all { read.append(try Self.statement(one)) }
        statements = read
    }

    private static func statement(_ value: Parameters) throws(Malformed) -> Statement {
        guard let effect = value["Effect"]?.text, ["Allow", "Deny"].contains(effect) else {
            throw Malformed(message: "Effect of a statement must be Allow or Deny.")
        }
        guard value["Principal"] != nil || value["NotPrincipal"] != nil else {
            throw Malformed(message: "A statement must have Principal.")
        }
        let actions = texts(value["Action"])
        guard !actions.isEmpty || value["NotAction"] != nil else {
            throw Malformed(message: "A statement must have Action.")
        }
        return Statement(
            allows: effect == "Allow", hasCondition: value["Condition"] != nil,
            principals: texts(value["Principal"]) + texts(value["Principal"]?["AWS"]), actions: actions)
    }

    /// One text, or a list of them.
    private static func texts(_ value: Parameters?) -> [String] {
        guard let value else { return [] }
        return value.text.map { [$0] } ?? value.elements.compactMap(\.text)
    }

    /// Whether some statement allows the action to the account's root without a condition, and none denies it.
    func allows(_ action: String, toRootOf account: String) -> Bool {
        let matching = statements.filter { statement in
            !statement.hasCondition && statement.principals.contains { Self.isRoot($0, of: account) }
                && statement.actions.contains { Self.matches(action, $0) }
        }
        return matching.contains(where: \.allows) && !matching.contains { !$0.allows }
    }

    /// Whether everybody is let in, whoever they are.
    var isPublic: Bool { statements.contains { $0.allows && !$0.hasCondition && $0.principals.contains("*") } }

    private static func isRoot(_ principal: String, of account: String) -> Bool {
        principal == "*" || principal == account || principal.hasSuffix(":iam::\(account):root")
    }

    /// `kms:Put*` matches `kms:PutKeyPolicy`, without regard to case.
    static func matches(_ action: String, _ pattern: String) -> Bool {
        let action = action.lowercased()
        let parts = pattern.lowercased().split(separator: "*", omittingEmptySubsequences: false)
        guard parts.count > 1, let first = parts.first, let last = parts.last else { return action == pattern.lowercased() }
        guard action.hasPrefix(first) else { return false }
        var rest = action.dropFirst(first.count)
        for part in parts.dropFirst().dropLast() where !part.isEmpty {
            guard let found = rest.firstRange(of: part) else { return false }
            rest = rest[found.upperBound...]
        }
        return rest.hasSuffix(last)
    }
}
