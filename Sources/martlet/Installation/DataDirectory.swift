internal import Foundation
internal import PrivateFiles
internal import Resources

/// `DIR`: where everything is, and the rules of the place.
struct DataDirectory: Sendable, Equatable {
    /// The layout of the directory; a larger number is refused.
    static let currentFormat = 1

    /// Absolute, without a trailing slash, and without symbolic links: as the kernel tells where things are.
    let path: String

    init(path: String) {
        self.path = Self.resolved(URL(fileURLWithPath: path).standardizedFileURL.path)
    }

    /// What is not there yet stays as it was written.
    private static func resolved(_ path: String) -> String {
        if let found = realpath(path, nil) {
            defer { free(found) }
            return String(cString: found)
        }
        let url = URL(fileURLWithPath: path)
        let parent = url.deletingLastPathComponent().path
        guard parent != path else { return path }
        let above = resolved(parent)
        return above == "/" ? "/\(url.lastPathComponent)" : "\(above)/\(url.lastPathComponent)"
    }

    /// `DIR/gateway`: routing table, control socket and log of the gateway.
    var gateway: String { path + "/gateway" }
    /// `DIR/serve`: what the running control plane tells others of itself.
    var serve: String { path + "/serve" }
    /// `DIR/ca`: the certificate authorities.
    var authorities: String { path + "/ca" }
    /// `DIR/keys`: the root key, and the master key that opens it unless a passphrase does.
    var keys: String { path + "/keys" }
    /// The endpoints' certificates, a directory for each.
    var certificates: String { gateway + "/certificates" }
    /// The control plane's own certificate.
    var ownCertificates: String { serve + "/certificates" }
    /// The access keys that may sign database tokens, for the gateway.
    var accessKeysFile: String { gateway + "/access-keys.json" }
    var lockFile: String { serve + "/lock" }
    var formatFile: String { path + "/format" }
    var credentialsFile: String { path + "/credentials.json" }
    var installationFile: String { path + "/installation.json" }
    var runFile: String { serve + "/run.json" }
    var tokenFile: String { serve + "/token" }
    var store: String { path + "/store" }

    var exists: Bool { FileManager.default.fileExists(atPath: formatFile) }

    /// Creates what is missing, and refuses a directory that this Martlet does not understand.
    ///
    /// As root the directory can be entered by others (0711), since servers run as another user; nothing in it can be listed
    /// or read by them but what is theirs.
    func prepare() throws {
        try checkFormat()
        try Self.makeDirectory(path, mode: geteuid() == 0 ? 0o711 : 0o700)
        for inner in [gateway, serve, store, keys] { try Self.makeDirectory(inner, mode: 0o700) }
        if !exists { try PrivateFile.replace(formatFile, with: "\(Self.currentFormat)\n".utf8) }
    }

    /// - Throws: `StoreError.newerFormat`, or what is wrong with the mark.
    func checkFormat() throws {
        guard exists else { return }
        let text = try String(contentsOfFile: formatFile, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
        guard let format = Int(text) else {
            throw StoreError.unusable(reason: "\(formatFile) does not hold a format number; is this a Martlet data directory?")
        }
        guard format <= Self.currentFormat else {
            throw StoreError.newerFormat(found: format, supported: Self.currentFormat)
        }
    }

    private static func makeDirectory(_ path: String, mode: Int) throws {
        do {
            try FileManager.default.createDirectory(
                atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: mode])
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: path)
        } catch {
            throw StoreError.unusable(reason: "cannot use \(path): \((error as NSError).localizedDescription)")
        }
    }
}
