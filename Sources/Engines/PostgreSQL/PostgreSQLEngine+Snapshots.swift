import Foundation
import Resources

extension PostgreSQLEngine {
    public func copyCluster(of site: ServerSite, into draft: SnapshotDraft) async throws {
        let server = server(site)
        guard case .ready = server.dataDirectory() else {
            throw EngineError.damaged(what: "\(server.data) is not a complete data directory")
        }
        try await BlockingPool.shared.run {
            if server.runningProcess() == nil {
                try PostgreSQLBackup.copyStopped(server, into: draft)
            } else {
                try PostgreSQLBackup(server: server).perform(into: draft)
            }
            try draft.add("rdsadmin.password", Array(try server.password().utf8))
            draft.isComplete(product: traits.name, at: Date())
        }
    }

    public func restore(_ site: ServerSite, from files: SnapshotFiles) async throws {
        let server = server(site)
        switch server.dataDirectory() {
        case .ready: return
        case .damaged(let reason): throw EngineError.damaged(what: "\(server.data): \(reason)")
        case .absent: break
        }
        try await BlockingPool.shared.run { [host, traits] in
            try host.restore(files, of: traits.name, to: server.directory) { _ in
                try FileSystem.replace(
                    server.formerPasswordFile, with: files.read("rdsadmin.password"), mode: 0o600)
                try FileSystem.replace(server.passwordFile, with: RandomBytes.make(32).hexadecimal, mode: 0o600)
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
