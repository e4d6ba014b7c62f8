import Foundation
import Resources

extension PostgreSQLEngine {
    public func copyCluster(of site: ServerSite, into draft: SnapshotDraft) async throws {
        let server = server(site)
        _ = try server.wholeMajor()
        try await BlockingPool.shared.run {
            if server.runningProcess() == nil { return try copyFiles(in: server.directory, into: draft) }
            try PostgreSQLBackup(server: server).perform(into: draft)
            try finish(server, draft)
        }
    }

    public func copyFiles(in directory: String, into draft: SnapshotDraft) throws {
        let server = PostgreSQLServer(host: host, directory: directory)
        try PostgreSQLBackup.copyStopped(server, into: draft)
        try finish(server, draft)
    }

    private func finish(_ server: PostgreSQLServer, _ draft: SnapshotDraft) throws {
        try draft.add("rdsadmin.password", Array(try server.password().utf8))
        draft.isComplete(product: product, at: Date())
    }

    public var product: String { traits.name }

    /// As before a base backup: recovery begins at the checkpoint.
    public func settle(_ site: ServerSite) async throws {
        let server = server(site)
        guard server.runningProcess() != nil else { return }
        try await BlockingPool.shared.run {
            let deadline = ContinuousClock.now + PostgreSQLBackup.checkpointPatience
            let connection = try AdminConnections.shared.connect(server, database: "postgres", deadline)
            try connection.run("SET statement_timeout = 0; SET lock_timeout = 0", deadline: deadline)
            try connection.run("CHECKPOINT", deadline: deadline)
        }
    }

    public func adopt(_ directory: String) throws {
        let server = PostgreSQLServer(host: host, directory: directory)
        guard case .ready = server.dataDirectory() else {
            throw EngineError.snapshotDamaged(what: "its \(SnapshotManifest.Image.name) holds no complete data directory")
        }
        let former = try server.password()
        try host.adopt(server.directory, password: former, at: server.formerPasswordFile) {
            PostgreSQLBackup.isLeftOut($0) && !$0.hasPrefix("pg_wal/")
        }
        try server.makePassword(durably: false)
    }

    public func restore(_ site: ServerSite, from files: SnapshotFiles) async throws {
        let server = server(site)
        guard try server.isAbsent() else { return }
        try await BlockingPool.shared.run { [host, product] in
            try host.restore(files, of: product, to: server.directory) { _ in
                try FileSystem.replace(
                    server.formerPasswordFile, with: files.read("rdsadmin.password"), mode: 0o600)
                try server.makePassword()
            }
        }
    }
}

extension EngineHost {
    /// Makes the directory of a new instance from a snapshot's files: complete or not at all. Blocks.
    ///
    /// - Parameter finish: puts what belongs beside the data, given where they are until they have their name.
    func restore(
        _ files: SnapshotFiles, of product: String, to instance: String, finish: (_ partial: String) throws -> Void
    ) throws {
        guard files.manifest.product == product else {
            throw EngineError.snapshotDamaged(what: "it holds data of \(files.manifest.product), not of \(product)")
        }
        try makePassage("instances")
        try FileSystem.makeDirectory(instance, mode: passageMode)
        let partial = "\(instance)/data.partial"
        try TreeRemoval.remove(partial)
        do {
            try FileSystem.makeDirectory(partial, mode: 0o700, owner: user)
            try files.copy(to: partial, below: "data", owner: user)
            try finish(partial)
        } catch {
            try TreeRemoval.remove(partial)
            throw error
        }
        try system("rename \(partial)") { rename(partial, "\(instance)/data") }
        try FileSystem.syncDirectory(instance)
        try FileSystem.syncDirectory(FileSystem.parent(instance))
    }
}
