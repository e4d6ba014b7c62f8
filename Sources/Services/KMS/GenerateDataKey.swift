internal import AWSWire
internal import Foundation
internal import Keys
internal import Resources

/// A fresh key for data, in plain text and encrypted.
enum GenerateDataKey: Operation {
    static let action = "GenerateDataKey"
    static let parameters = DataKeyRequest.parameters + [.noEnclave]

    private struct Output: Encodable {
        var CiphertextBlob: Data
        var Plaintext: Data
        var KeyId: String
        var KeyMaterialId: String?
    }

    static func run(_ request: Request) async throws -> Answer {
        let made = try await DataKeyRequest.make(request)
        return try .encoding(
            Output(
                CiphertextBlob: made.ciphertext, Plaintext: made.plaintext, KeyId: made.key.arn(account: request.account),
                KeyMaterialId: made.key.versions.last?.materialID))
    }
}

/// A fresh key for data, encrypted only: for who stores what somebody else will encrypt.
enum GenerateDataKeyWithoutPlaintext: Operation {
    static let action = "GenerateDataKeyWithoutPlaintext"
    static let parameters = DataKeyRequest.parameters

    private struct Output: Encodable {
        var CiphertextBlob: Data
        var KeyId: String
        var KeyMaterialId: String?
    }

    static func run(_ request: Request) async throws -> Answer {
        let made = try await DataKeyRequest.make(request)
        return try .encoding(
            Output(
                CiphertextBlob: made.ciphertext, KeyId: made.key.arn(account: request.account),
                KeyMaterialId: made.key.versions.last?.materialID))
    }
}

/// What both have in common.
enum DataKeyRequest {
    static let parameters: [ParameterRule] = [
        .works("KeyId", "An id, an alias, or the ARN of either."), .works("EncryptionContext"), .works("KeySpec"),
        .works("NumberOfBytes"), .works("DryRun"), .noGrants,
    ]

    struct Made {
        var key: KMSKey
        var plaintext: Data
        var ciphertext: Data
    }

    static func make(_ request: Request) async throws -> Made {
        let count = try byteCount(request)
        let context = try request.encryptionContext()
        let key = try await request.usableKey()
        try request.endDryRun()
        let plaintext = request.context.keys.randomBytes(count)
        let blob = try request.context.keys.encrypt(plaintext, under: key, context)
        return Made(key: key, plaintext: Data(plaintext), ciphertext: Data(blob.bytes))
    }

    private static func byteCount(_ request: Request) throws -> Int {
        switch (try request.string("KeySpec"), try request.number("NumberOfBytes", in: 1...1024)) {
        case ("AES_256", nil): 32
        case ("AES_128", nil): 16
        case (nil, let count?): count
        case (let spec?, nil):
            throw KMSFault.constraint(
                "KeySpec", request.quoted(spec), "Member must satisfy enum value set: [AES_256, AES_128]")
        case (nil, nil): throw KMSFault.validation("Please specify either number of bytes or key spec.")
        case (_?, _?): throw KMSFault.validation("Please specify either number of bytes or key spec, not both.")
        }
    }
}

/// Random bytes.
enum GenerateRandom: Operation {
    static let action = "GenerateRandom"
    static let parameters: [ParameterRule] = [
        .works("NumberOfBytes"), .refused("CustomKeyStoreId", "there are no custom key stores. Leave it out."), .noEnclave,
    ]

    private struct Output: Encodable {
        var Plaintext: Data
    }

    static func run(_ request: Request) async throws -> Answer {
        guard let count = try request.number("NumberOfBytes", in: 1...1024) else { throw KMSFault.missing("NumberOfBytes") }
        return try .encoding(Output(Plaintext: Data(request.context.keys.randomBytes(count))))
    }
}
