internal import CMartlet
internal import Crypto
internal import Foundation

/// fscrypt: the kernel encrypts contents (AES-256-XTS) and names (AES-256-CTS) of a directory's files.
///
/// The key is in the keyring of the mounted file system and goes with it.
enum FileEncryption {
    /// What the kernel wants of a master key for these modes, whatever its version.
    private static let keyBytes = 64
    private static let purpose = Data("martlet volume, fscrypt".utf8)

    /// Puts the key into the keyring of the file system that `directory` is on; an empty directory becomes an encrypted one.
    ///
    /// - Throws: `VolumeError.locked` without a key, or with another volume's.
    static func unlock(_ directory: String, key: SymmetricKey?) throws(VolumeError) {
        guard let key else { throw .locked("its key was not given") }
        let root = try OpenFile.directory(directory)
        var name = [UInt8](repeating: 0, count: Int(MARTLET_KEY_NAME_BYTES))
        let result = HKDF<SHA512>.deriveKey(inputKeyMaterial: key, info: purpose, outputByteCount: keyBytes).withUnsafeBytes {
            martlet_fscrypt_add_key(root.number, $0.bindMemory(to: UInt8.self).baseAddress, $0.count, &name)
        }
        try attempt("unlock \(directory)") { result }
        var present = [UInt8](repeating: 0, count: name.count)
        let found = martlet_fscrypt_key_name(root.number, &present)
        if found == -ENODATA {
            try attempt("encrypt \(directory)") { martlet_fscrypt_encrypt(root.number, name) }
            return
        }
        try attempt("look at the encryption of \(directory)") { found }
        guard present == name else { throw .locked("the key is another volume's") }
    }
}
