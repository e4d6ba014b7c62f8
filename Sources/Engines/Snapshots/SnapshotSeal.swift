import Crypto
import Foundation

/// How a snapshot is encrypted at rest: AES-256-GCM under a key that is the snapshot's alone. Nothing of it, the names of its
/// files included, is on the disk in the clear; how many files there are, how large they are and where their holes are, is.
struct SnapshotSeal: Sendable {
    /// What holds the files, under names that say nothing.
    static let directory = "files"
    private static let manifestMark = Data("martlet sealed manifest 1\n".utf8)

    /// The snapshot's own, 256 bits.
    let key: SymmetricKey

    private func derived(_ purpose: String, salt: [UInt8] = []) -> SymmetricKey {
        HKDF<SHA256>.deriveKey(
            inputKeyMaterial: key, salt: salt, info: Data("martlet snapshot, \(purpose)".utf8), outputByteCount: 32)
    }

    /// Where a file is, relative to the snapshot's directory.
    func place(of path: String) -> String {
        let name = HMAC<SHA256>.authenticationCode(for: Data(path.utf8), using: derived("names"))
        return "\(Self.directory)/\(name.prefix(20).hexadecimal)"
    }

    /// The key of one file's content; whoever moves a file to another's place has no key for it.
    func fileKey(_ path: String, salt: [UInt8]) -> SymmetricKey { derived("file \(path)", salt: salt) }

    func seal(manifest text: [UInt8]) throws -> [UInt8] {
        let box = try AES.GCM.seal(text, using: derived("manifest"), authenticating: Self.manifestMark)
        return Array(Self.manifestMark + box.nonce + box.ciphertext + box.tag)
    }

    /// - Throws: `EngineError.snapshotDamaged`.
    func open(manifest bytes: Data) throws(EngineError) -> Data {
        do {
            guard bytes.starts(with: Self.manifestMark) else { throw CryptoKitError.authenticationFailure }
            let box = try AES.GCM.SealedBox(combined: bytes.dropFirst(Self.manifestMark.count))
            return try AES.GCM.open(box, using: derived("manifest"), authenticating: Self.manifestMark)
        } catch { throw .snapshotDamaged(what: "its \(SnapshotManifest.name) cannot be opened with the snapshot's key") }
    }
}
