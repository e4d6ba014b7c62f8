import Foundation
import Resources
import Volumes

/// The files and the process of one server on this host, whatever its engine.
protocol LocalServer: Sendable {
    /// Finds whoever works in such a directory.
    static var holders: DirectoryHolders { get }
    var directory: String { get }
    var data: String { get }
    var passwordFile: String { get }

    func dataDirectory() -> ServerFacts.DataDirectory
    func runningProcess() -> ProcessIdentity?
}

extension PostgreSQLServer: LocalServer {}
extension MariaDBServer: LocalServer {}

extension LocalServer {
    /// Whether there are no files yet.
    ///
    /// - Throws: when there are some, and not all.
    func isAbsent() throws(EngineError) -> Bool {
        switch dataDirectory() {
        case .ready: false
        case .damaged(let reason): throw EngineError.damaged(what: "\(data): \(reason)")
        case .absent: true
        }
    }

    /// The major version of the files.
    ///
    /// - Throws: unless there are all.
    func wholeMajor() throws(EngineError) -> String {
        guard case .ready(let major) = dataDirectory() else {
            throw EngineError.damaged(what: "\(data) is not a complete data directory")
        }
        return major
    }

    /// - Throws: unless the files are all there, and of that version.
    func check(for version: EngineVersion) throws(EngineError) {
        let major = try wholeMajor()
        guard version.major == major else {
            throw EngineError.damaged(what: "the data is of version \(major), the server of \(version.major)")
        }
    }

    /// The administrator of a copy has a password of its own.
    func makePassword(durably: Bool = true) throws {
        try FileSystem.replace(passwordFile, with: RandomBytes.make(32).hexadecimal, mode: 0o600, durably: durably)
    }
}

extension EngineHost {
    /// Gives a new instance its files, unless it has them.
    func provision(_ server: some LocalServer, from pool: WarmPool, on volume: InstanceVolume?) async throws {
        if let volume { try await pool.prepare(volume) }
        guard try server.isAbsent() else { return }
        guard let volume else { return try await pool.provide(server.directory) }
        try await pool.provide(on: volume)
    }

    /// Deletes what an instance has outside its volume.
    ///
    /// - Parameter disconnect: closes what is open to its server.
    func remove(_ server: some LocalServer, of site: ServerSite, disconnect: () -> Void) async throws {
        guard FileSystem.exists(server.directory) else { return try await removeGroup(of: site) }
        guard server.runningProcess() == nil else {
            throw EngineError.system(what: "remove \(site.id)", reason: "its server is running")
        }
        disconnect()
        // One that is only just starting is not known by its number yet.
        try await type(of: server).holders.clear(server.directory, patience: .milliseconds(200))
        try await removeGroup(of: site)
        let trash = Trash(host: self)
        let volumes = volumes
        let directory = server.directory
        try await BlockingPool.shared.run {
            // What is mounted goes with its volume.
            if try !volumes.isMounted(directory) { try trash.remove(directory) }
        }
    }
}
