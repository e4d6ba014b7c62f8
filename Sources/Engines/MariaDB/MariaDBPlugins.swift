import Foundation
import PrivateFiles

/// A private directory with the plugins that servers may load: links to the host's. What is not in it does not exist for them.
struct MariaDBPlugins: Sendable {
    let installation: MariaDBInstallation
    /// `DIR/engines/mariadb-10.11.19`
    let root: String

    /// Passwords by Ed25519, the audit log of RDS's option MARIADB_AUDIT_PLUGIN, and checks of passwords. None of them reads
    /// the host's files (`disks`, `file_key_management`) or runs programs (`auth_pam`).
    static let allowed = [
        "auth_ed25519.so", "password_reuse_check.so", "query_response_time.so", "server_audit.so", "simple_password_check.so",
    ]

    var directory: String { "\(root)/plugins" }

    /// Makes what is missing and removes what does not belong there. May be killed at any instant.
    func prepare() throws {
        try FileSystem.makeDirectory(root, mode: 0o755)
        try FileSystem.makeDirectory(directory, mode: 0o755)
        let source = installation.plugins ?? ""
        let present = FileSystem.names(in: source)
        let wanted = Self.allowed.filter(present.contains)
        for name in FileSystem.names(in: directory) where !wanted.contains(name) && name != MariaDBTokenPlugin.library {
            try TreeRemoval.remove("\(directory)/\(name)")
        }
        for name in wanted { try link("\(source)/\(name)", at: "\(directory)/\(name)") }
        if let plugin = MariaDBTokenPlugin.source { try copy(plugin) }
    }

    /// A copy, because servers may not be able to walk to where Martlet was built. It is replaced, never written into: servers
    /// that run have it mapped.
    private func copy(_ plugin: String) throws {
        let bytes = try Data(contentsOf: URL(fileURLWithPath: plugin))
        let path = "\(directory)/\(MariaDBTokenPlugin.library)"
        if FileManager.default.contents(atPath: path) == bytes { return }
        do { try PrivateFile.replace(path, with: bytes, mode: 0o644) } catch { throw EngineError.refused(error.what, error.code) }
    }

    private func link(_ target: String, at path: String) throws {
        if FileSystem.target(ofLink: path) == target { return }
        try TreeRemoval.remove(path)
        try system("link \(path)") { symlink(target, path) }
    }
}
