import Foundation
import Resources

extension MariaDBEngine {
    public func copyCluster(of site: ServerSite, into draft: SnapshotDraft) async throws {
        let server = server(site)
        _ = try server.wholeMajor()
        try await BlockingPool.shared.run {
            if server.runningProcess() == nil { return try copyFiles(in: server.directory, into: draft) }
            try MariaDBBackup(server: server).perform(into: draft)
            draft.isComplete(product: product, at: Date())
        }
    }

    public func copyFiles(in directory: String, into draft: SnapshotDraft) throws {
        try MariaDBBackup.copyStopped(MariaDBServer(host: host, directory: directory), into: draft)
        draft.isComplete(product: product, at: Date())
    }

    public var product: String { poolName }

    /// Commits that were not to be flushed one by one.
    public func settle(_ site: ServerSite) async throws {
        let server = server(site)
        guard server.runningProcess() != nil else { return }
        try await BlockingPool.shared.run { try MariaDBBackup(server: server).flushLogs() }
    }

    /// The change log stays: a server that was cut off asks it which transactions have ended.
    public func adopt(_ directory: String) throws {
        let server = MariaDBServer(host: host, directory: directory)
        guard case .ready = server.dataDirectory() else {
            throw EngineError.snapshotDamaged(what: "its \(SnapshotManifest.Image.name) holds no complete data directory")
        }
        try host.adopt(server.directory) { MariaDBBackup.isLeftOut($0) && !MariaDBBackup.isChangeLog($0) }
        try server.makePassword(durably: false)
    }

    public func restore(_ site: ServerSite, from files: SnapshotFiles) async throws {
        let server = server(site)
        guard try server.isAbsent() else { return }
        try await BlockingPool.shared.run { [host, product] in
            try host.restore(files, of: product, to: server.directory) { _ in
                // Every start tells the server its administrator's password: a copy gets one of its own.
                try server.makePassword()
            }
        }
    }
}
