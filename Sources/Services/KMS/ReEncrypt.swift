internal import AWSWire
internal import Foundation
internal import Keys
internal import Resources

/// A ciphertext of one key as one of another, without its plaintext leaving.
enum ReEncrypt: Operation {
    static let action = "ReEncrypt"
    static let parameters: [ParameterRule] = [
        .works("CiphertextBlob"), .works("SourceEncryptionContext"),
        .works("SourceKeyId", "The key that the ciphertext must be of; it names its key by itself."),
        .works("DestinationKeyId", "An id, an alias, or the ARN of either."), .works("DestinationEncryptionContext"),
        .works("DryRun"), .noGrants, .symmetricAlgorithm("SourceEncryptionAlgorithm"),
        .symmetricAlgorithm("DestinationEncryptionAlgorithm"),
        .refused("DryRunModifiers", "a dry run checks the ciphertext as well. Leave it out."),
    ]

    private struct Output: Encodable {
        var CiphertextBlob: Data
        var SourceKeyId: String
        var KeyId: String
        var SourceEncryptionAlgorithm = "SYMMETRIC_DEFAULT"
        var DestinationEncryptionAlgorithm = "SYMMETRIC_DEFAULT"
        var SourceKeyMaterialId: String?
        var DestinationKeyMaterialId: String?
    }

    static func run(_ request: Request) async throws -> Answer {
        let destination = try await request.usableKey("DestinationKeyId")
        let context = try request.encryptionContext("DestinationEncryptionContext")
        var opened = try await Ciphertext(request, key: "SourceKeyId", context: "SourceEncryptionContext").open(request)
        defer { opened.plaintext.resetBytes(in: opened.plaintext.startIndex..<opened.plaintext.endIndex) }
        try request.endDryRun()
        let blob = try request.context.keys.encrypt(opened.plaintext, under: destination, context)
        return try .encoding(
            Output(
                CiphertextBlob: Data(blob.bytes), SourceKeyId: opened.key.arn(account: request.account),
                KeyId: destination.arn(account: request.account), SourceKeyMaterialId: opened.materialID,
                DestinationKeyMaterialId: destination.versions.last?.materialID))
    }
}
