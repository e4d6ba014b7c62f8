import Foundation
import Resources

extension MariaDBEngine {
    public func copyCluster(of site: ServerSite, into draft: SnapshotDraft) async throws {
        let server = server(site)
        guard case .ready = server.dataDirectory() else {
            throw EngineError.damaged(what: "\(server.data) is not a complete data directory")
        }
        try await BlockingPool.shared.run {
            if server.runningProcess() == nil {
                try MariaDBBackup.copyStopped(server, into: draft)
                draft.isComplete(product: poolName, at: Date())
            } else {
                try MariaDBBackup(server: server).perform(into: draft)
                draft.isComplete(product: poolName, at: Date())
            }
        }
    }

    public func restore(_ site: ServerSite, from files: SnapshotFiles) async throws {
        let server = server(site)
        switch server.dataDirectory() {
        case .ready: return
        case .damaged(let reason): throw EngineError.damaged(what: "\(server.data): \(reason)")
        case .absent: break
        }
        try await BlockingPool.shared.run { [host, poolName] in
            try host.restore(files, of: poolName, to: server.directory) { _ in
                // Every start tells the server its administrator's password: a copy gets one of its own.
                try FileSystem.replace(server.passwordFile, with: RandomBytes.make(32).hexadecimal, mode: 0o600)
            }
        }
    }
}
