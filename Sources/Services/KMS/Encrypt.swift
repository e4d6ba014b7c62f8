internal import AWSWire
internal import Foundation
internal import Keys
internal import Resources

/// Up to 4,096 bytes, as a ciphertext that names its key.
enum Encrypt: Operation {
    static let longestPlaintext = 4096

    static let action = "Encrypt"
    static let parameters: [ParameterRule] = [
        .works("KeyId", "An id, an alias, or the ARN of either."), .works("Plaintext"), .works("EncryptionContext"),
        .works("DryRun"), .noGrants, .symmetricAlgorithm("EncryptionAlgorithm"),
    ]

    private struct Output: Encodable {
        var CiphertextBlob: Data
        var KeyId: String
        var EncryptionAlgorithm = "SYMMETRIC_DEFAULT"
    }

    static func run(_ request: Request) async throws -> Answer {
        let plaintext = try request.blob("Plaintext", longest: longestPlaintext)
        let context = try request.encryptionContext()
        let key = try await request.usableKey()
        try request.endDryRun()
        let blob = try request.context.keys.encrypt(plaintext, under: key, context)
        return try .encoding(Output(CiphertextBlob: Data(blob.bytes), KeyId: key.arn(account: request.account)))
    }
}
