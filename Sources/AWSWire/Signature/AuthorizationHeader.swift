/// `AWS4-HMAC-SHA256 Credential=…, SignedHeaders=…, Signature=…`, taken apart.
struct AuthorizationHeader: Equatable {
    var credential: String
    var signedHeaders: String
    var signature: String

    /// - Throws: `.incomplete`, naming every part that is missing as AWS does.
    init(_ value: String) throws(SignatureFailure) {
        let bytes = value.utf8
        let space = bytes.firstIndex(of: UInt8(ascii: " ")) ?? bytes.endIndex
        let algorithm = String(value[..<space])
        guard algorithm == SignatureClaim.algorithm else { throw SignatureClaim.unsupported(algorithm) }
        var found: [String: String] = [:]
        for part in bytes[space...].split(separator: UInt8(ascii: ",")) {
            guard let equals = part.firstIndex(of: UInt8(ascii: "=")) else { continue }
            let name = Self.trimmed(part[..<equals])
            guard found.updateValue(Self.trimmed(part[part.index(after: equals)...]), forKey: name) == nil else {
                throw .incomplete("Authorization header has '\(name)' more than once.")
            }
        }
        let missing = ["Credential", "Signature", "SignedHeaders"].filter { (found[$0] ?? "").isEmpty }
        guard missing.isEmpty, let credential = found["Credential"], let signature = found["Signature"],
            let signedHeaders = found["SignedHeaders"]
        else {
            throw .incomplete(missing.map { "Authorization header requires '\($0)' parameter." }.joined(separator: " "))
        }
        (self.credential, self.signedHeaders, self.signature) = (credential, signedHeaders, signature)
    }

    private static func trimmed(_ text: Substring.UTF8View) -> String {
        String(Substring(text.drop { $0 == 0x20 || $0 == 0x09 })).trimmingTrailingBlanks()
    }
}

extension String {
    fileprivate func trimmingTrailingBlanks() -> String {
        var end = utf8.endIndex
        while end > utf8.startIndex, case let before = utf8.index(before: end), utf8[before] == 0x20 || utf8[before] == 0x09 {
            end = before
        }
        return String(self[..<end])
    }
}
