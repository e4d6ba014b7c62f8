import Foundation
import Resources
import Synchronization
import Testing

@testable import Services

extension Fixture {
    func snapshot(_ identifier: String) throws -> DBSnapshot {
        try #require(store.find(DBSnapshot.self, region: "us-east-1", name: identifier))
    }

    /// A snapshot of an available instance, as convergence leaves it once it is complete.
    func takeSnapshot(_ identifier: String, of instance: String = "mydb", _ more: [String: String] = [:]) async throws {
        let query = ["DBSnapshotIdentifier": identifier, "DBInstanceIdentifier": instance]
        try await rds("CreateDBSnapshot", query.merging(more) { $1 })
        try await complete(identifier)
        try await settle(instance)
    }

    func complete(_ identifier: String) async throws {
        let id = try snapshot(identifier).id
        let now = clock.withLock { $0 }
        try await store.write { transaction in
            _ = try transaction.update(DBSnapshot.self, region: "us-east-1", id: id) { snapshot in
                snapshot.operation = nil
                snapshot.copiedFrom = nil
                snapshot.createdAt = now
                snapshot.originalCreatedAt = snapshot.originalCreatedAt ?? now
            }
        }
    }
}
