internal import AWSWire
internal import Foundation

/// `Policy` of CreateKey and PutKeyPolicy: well-formed, and not one that locks everybody out.
enum KeyPolicyCheck {
    /// Bytes (KMS developer guide, "Resource quotas").
    static let longest = 32_768

    /// Nil when the request has none.
    static func read(_ request: Request) throws -> String? {
        let bypasses = try request.boolean("BypassPolicyLockoutSafetyCheck") ?? false
        guard let text = try request.text("Policy", 1...131_072) else { return nil }
        guard text.utf8.count <= longest else {
            throw KMSFault.limitExceeded("The policy has \(text.utf8.count) bytes; at most \(longest) are allowed.")
        }
        let policy: PolicyDocument
        do {
            policy = try PolicyDocument(text)
        } catch {
            throw malformed(error.message)
        }
        guard bypasses || policy.allows("kms:PutKeyPolicy", toRootOf: request.account) else {
            throw malformed("The new key policy will not allow you to update the key policy in the future.")
        }
        return text
    }

    private static func malformed(_ message: String) -> Fault { Fault("MalformedPolicyDocumentException", message) }
}
