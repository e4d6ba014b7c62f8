internal import AWSWire
internal import Foundation
internal import Keys
internal import Resources

/// Parameters of Secrets Manager, checked as the model has them.
extension Request {
    /// Bytes of a value ("Quotas" of the user guide).
    static let secretValueBytes = 65_536

    /// `SecretString` or `SecretBinary`; nil when there is neither. A value is never repeated in a message.
    func secretValue() throws -> SecretValue? {
        let text = try string("SecretString")
        let encoded = try string("SecretBinary")
        switch (text, encoded) {
        case (nil, nil): return nil
        case (_?, _?):
            throw SecretsManagerFault.invalidParameter("You can't specify both a binary secret value and a string secret value.")
        case (let text?, nil):
            try checkLength("SecretString", text.utf8.count)
            return .string(text)
        case (nil, let encoded?):
            guard let data = Data(base64Encoded: encoded), !data.isEmpty else {
                throw Fault("SerializationException", "SecretBinary must be base64.")
            }
            try checkLength("SecretBinary", data.count)
            return .binary(data)
        }
    }

    private func checkLength(_ name: String, _ count: Int) throws {
        guard count <= Self.secretValueBytes else {
            throw SecretsManagerFault.invalidParameter(
                "\(name) must have at most \(Self.secretValueBytes) bytes; it has \(count).")
        }
    }

    /// The id of the new version: the client's, or one of ours.
    func versionID() throws -> String { try clientToken() ?? context.random.uuid() }

    func clientToken() throws -> String? { try versionID("ClientRequestToken") }

    func versionID(_ name: String) throws -> String? {
        guard let token = try string(name) else { return nil }
        guard (32...64).contains(token.utf8.count) else {
            throw SecretsManagerFault.invalidParameter("\(name) must have 32 to 64 characters.")
        }
        return token
    }

    func description() throws -> String? {
        guard let text = call.parameters["Description"]?.text else { return nil }
        guard text.count <= 2048 else {
            throw SecretsManagerFault.invalidParameter("Description must have at most 2048 characters.")
        }
        return text
    }

    /// `VersionStages`: 1 to 20 labels.
    func versionStages() throws -> [String] {
        guard let stages = try strings("VersionStages") else { return [Secret.currentStage] }
        guard (1...Secret.stageLimit).contains(stages.count), Set(stages).count == stages.count else {
            throw SecretsManagerFault.invalidParameter("VersionStages takes 1 to \(Secret.stageLimit) different labels.")
        }
        return try stages.map { try Self.stage($0) }
    }

    static func stage(_ label: String) throws -> String {
        guard (1...256).contains(label.count) else {
            throw SecretsManagerFault.invalidParameter("A staging label must have 1 to 256 characters.")
        }
        return label
    }

    /// Tags, by the same rules as elsewhere.
    func secretTags() throws -> [Tag] {
        do {
            return try TagRules.tags(self)
        } catch let fault as Fault {
            throw SecretsManagerFault.invalidParameter(fault.message)
        }
    }
}
