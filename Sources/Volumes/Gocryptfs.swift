internal import Crypto
internal import Foundation
internal import PrivateFiles

/// Encryption where the kernel's cannot be had: a program in front of a directory (gocryptfs(1)).
struct Gocryptfs {
    static let programName = "gocryptfs"
    private static let purpose = Data("martlet volume, gocryptfs".utf8)

    let host: VolumeHost

    private func program() throws(VolumeError) -> String {
        guard let found = ToolProcess.find(Self.programName) else {
            throw .unsupported("gocryptfs is not installed (Debian: apt-get install gocryptfs)")
        }
        return found
    }

    /// 256 random bits, as text: nothing to stretch, nothing to guess.
    private func password(_ key: SymmetricKey?) throws(VolumeError) -> [UInt8] {
        guard let key else { throw .locked("its key was not given") }
        let derived = HKDF<SHA256>.deriveKey(inputKeyMaterial: key, info: Self.purpose, outputByteCount: 32)
        let digits = Array("0123456789abcdef".utf8)
        return derived.withUnsafeBytes { bytes in bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] } }
    }

    /// Complete, before it has its name.
    func make(_ site: VolumeSite, key: SymmetricKey?) throws {
        let partial = site.partialCipher
        if VolumeHost.isDirectory(partial) { try FileManager.default.removeItem(atPath: partial) }
        try host.makePassages(to: partial)
        try ToolProcess.run(
            program(), ["-init", "-q", "-scryptn", "10", partial], input: password(key) + [UInt8(ascii: "\n")])
        try posix("rename to \(site.cipherDirectory)") { rename(partial, site.cipherDirectory) }
        try PrivateFile.synchronizeDirectory(host.parent(partial))
    }

    /// - Parameter forOthers: servers run as another user.
    func mount(_ site: VolumeSite, key: SymmetricKey?, forOthers: Bool) throws {
        let sharing = forOthers ? ["-allow_other"] : []
        do {
            let program = try program()
            try ToolProcess.run(
                program,
                ["-q", "-nosyslog", "-ko", "nodev,nosuid,noexec"] + sharing + [site.cipherDirectory, site.mountPoint],
                input: password(key) + [UInt8(ascii: "\n")])
        } catch {
            if error.says("Password incorrect") { throw VolumeError.locked("the key is another volume's") }
            throw error
        }
    }

    /// Only its own program may unmount what was mounted without rights.
    func unmount(_ path: String) throws {
        guard let helper = ToolProcess.find("fusermount3") ?? ToolProcess.find("fusermount") else {
            throw VolumeError.unsupported("fusermount3 is not installed (Debian: apt-get install fuse3)")
        }
        do {
            try ToolProcess.run(helper, ["-u", path])
        } catch {
            if error.says("busy") { throw VolumeError.busy("unmount \(path)") }
            throw error
        }
    }
}
