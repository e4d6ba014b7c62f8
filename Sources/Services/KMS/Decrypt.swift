internal import AWSWire
internal import Foundation
internal import Keys
internal import Resources

/// What Encrypt, GenerateDataKey or ReEncrypt made, in plain text. The ciphertext says by which key.
enum Decrypt: Operation {
    static let longestCiphertext = 6144

    static let action = "Decrypt"
    static let parameters: [ParameterRule] = [
        .works("CiphertextBlob"), .works("EncryptionContext"),
        .works("KeyId", "The key that the ciphertext must be of; it names its key by itself."), .works("DryRun"), .noGrants,
        .noEnclave, .symmetricAlgorithm("EncryptionAlgorithm"),
        .refused("DryRunModifiers", "a dry run checks the ciphertext as well. Leave it out."),
    ]

    private struct Output: Encodable {
        var KeyId: String
        var Plaintext: Data
        var EncryptionAlgorithm = "SYMMETRIC_DEFAULT"
        var KeyMaterialId: String?
    }

    static func run(_ request: Request) async throws -> Answer {
        let opened = try await Ciphertext(request, key: "KeyId", context: "EncryptionContext").open(request)
        try request.endDryRun()
        return try .encoding(
            Output(
                KeyId: opened.key.arn(account: request.account), Plaintext: opened.plaintext, KeyMaterialId: opened.materialID))
    }
}

/// A ciphertext that a request brings, with what is said of its key and its context.
struct Ciphertext {
    struct Opened {
        var key: KMSKey
        var plaintext: Data
        var materialID: String?
    }

    private let blob: Data
    private let context: EncryptionContext
    private let keyName: String?

    init(_ request: Request, key: String, context: String) throws {
        blob = try request.blob("CiphertextBlob", longest: Decrypt.longestCiphertext)
        self.context = try request.encryptionContext(context)
        keyName = try request.text(key, Request.keyIDLength)
    }

    func open(_ request: Request) async throws -> Opened {
        let demanded: KMSKey? = if let keyName { try await request.key(named: keyName) } else { nil }
        if let demanded { try request.context.keys.checkUsable(demanded) }
        let parsed = try CiphertextBlob(blob)
        guard let key = request.context.store.get(KMSKey.self, region: request.region, id: parsed.keyID) else {
            throw KeyError.invalidCiphertext
        }
        guard demanded == nil || demanded?.id == key.id else { throw KeyError.incorrectKey }
        let plaintext = try request.context.keys.decrypt(parsed, under: key, context)
        let material = key.versions.first { $0.number == parsed.version }?.materialID
        return Opened(key: key, plaintext: plaintext, materialID: material)
    }
}
