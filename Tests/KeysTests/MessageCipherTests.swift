import Crypto
import Foundation
import Testing

@testable import Keys

/// Pinned: what was encrypted yesterday must open tomorrow. The bytes were computed by another program, from the description
/// of the format (see `CiphertextBlob`).
@Suite struct MessageCipherTests {
    static let material = SymmetricKey(data: (0..<32).map { UInt8($0) })
    static let keyID = "01234567-89ab-cdef-0123-456789abcdef"
    static let salt = [UInt8](repeating: 0xA5, count: 16)
    static let nonce = [UInt8](repeating: 0x5A, count: 12)

    private func sealed(_ text: String, _ context: EncryptionContext = [:], version: Int = 3) throws -> CiphertextBlob {
        try MessageCipher.seal(
            Data(text.utf8), material: Self.material, keyID: Self.keyID, version: version, context: context, salt: Self.salt,
            nonce: Self.nonce)
    }

    @Test func theBytesAreThoseOfTheDescription() throws {
        let blob = try sealed("hello", ["a": "b"])
        #expect(
            blob.bytes.lowerHex
                == "010123456789abcdef0123456789abcdef00000003" + String(repeating: "a5", count: 16)
                + String(repeating: "5a", count: 12) + "6b2b3f5b71ce807a08e1ea4bf0b0edfeec56947359")
    }

    @Test func aWrappedKeyIsThatOfTheDescription() throws {
        let root = RootKey(id: "r", key: SymmetricKey(data: [UInt8](repeating: 7, count: 32)))
        let name = MaterialName(region: "us-east-1", keyID: Self.keyID, version: 3)
        let wrapped = try root.wrap(Self.material, of: name, nonce: Self.nonce)
        #expect(
            Array(wrapped).lowerHex
                == String(repeating: "5a", count: 12) + "b7e6cd33cee43580da2ae6edf0034d2973c5b6c8af5ad93d8fa17425c22bc354"
                + "5d8f3e1dcee5fc5cdb78256ec04aa0cb")
        #expect(try root.unwrap(wrapped, of: name) == Self.material)
        for other in [
            MaterialName(region: "us-east-2", keyID: Self.keyID, version: 3),
            MaterialName(region: "us-east-1", keyID: "x", version: 3),
            MaterialName(region: "us-east-1", keyID: Self.keyID, version: 4),
        ] {
            #expect(throws: (any Error).self) { try root.unwrap(wrapped, of: other) }
        }
    }

    @Test func aPassphraseMakesTheKeyOfRFC7914() throws {
        let scrypt = RootKeyFile.Scrypt(salt: Data(Self.salt), rounds: 1024, blockSize: 8, parallelism: 1)
        let key = try scrypt.key(from: Array("correct horse battery".utf8))
        #expect(
            key.withUnsafeBytes { Array($0) }.lowerHex == "e4a5367ef257c565a3d996415362c469effce8418776d93722ed4f959a912920")
    }

    @Test func opensWhatItSealed() throws {
        let blob = try sealed("hello", ["a": "b"])
        #expect(try MessageCipher.open(blob, material: Self.material, context: ["a": "b"]) == Data("hello".utf8))
        #expect(try CiphertextBlob(blob.bytes) == blob)
        #expect(blob.bytes.count == 5 + CiphertextBlob.overheadBytes)
    }

    @Test(arguments: [[:], ["a": "c"], ["a": "b", "c": ""], ["ab": ""], ["": "ab"]] as [[String: String]])
    func anotherContextOpensNothing(pairs: [String: String]) throws {
        let blob = try sealed("hello", ["a": "b"])
        #expect(throws: KeyError.invalidCiphertext) {
            try MessageCipher.open(blob, material: Self.material, context: EncryptionContext(pairs))
        }
    }

    /// Every bit counts, those that name the key and the version included.
    @Test func aFlippedBitOpensNothing() throws {
        let bytes = try sealed("hello").bytes
        for index in bytes.indices {
            var damaged = bytes
            damaged[index] ^= 1
            #expect(throws: KeyError.invalidCiphertext) {
                try MessageCipher.open(CiphertextBlob(damaged), material: Self.material, context: [:])
            }
        }
    }

    @Test func whatIsTooShortIsNoCiphertext() throws {
        let bytes = try sealed("x").bytes
        for count in 0..<CiphertextBlob.overheadBytes {
            #expect(throws: KeyError.invalidCiphertext) { try CiphertextBlob(bytes.prefix(count)) }
        }
    }

    @Test func aBlobNamesItsKeyAndVersion() throws {
        let blob = try CiphertextBlob(sealed("x", version: 70_000).bytes)
        #expect(blob.keyID == Self.keyID)
        #expect(blob.version == 70_000)
    }

    @Test func theOrderOfTheContextDoesNotMatterAndItsFramesDo() {
        #expect(EncryptionContext(["b": "2", "a": "1"]).bytes == EncryptionContext(["a": "1", "b": "2"]).bytes)
        #expect(EncryptionContext(["ab": "c"]).bytes != EncryptionContext(["a": "bc"]).bytes)
        #expect(EncryptionContext(["a": "1"]).bytes == [0, 0, 0, 1, 0x61, 0, 0, 0, 1, 0x31])
        #expect(EncryptionContext().bytes.isEmpty)
    }
}
