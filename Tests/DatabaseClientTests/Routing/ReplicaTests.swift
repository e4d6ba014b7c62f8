import DatabaseClient
import Foundation
import Testing

@Suite(
    "Reads on a replica", .serialized, .enabled(if: TestPostgreSQL.programs != nil, "PostgreSQL is not installed"),
    .timeLimit(.minutes(3)))
struct ReplicaTests {
    private func withReplica(_ body: (Database, TestPostgreSQL, TestPostgreSQL) async throws -> Void) async throws {
        try await TestPostgreSQL.with(settings: ["max_wal_senders = 5"]) { primary in
            let replica = try await TestPostgreSQL(clone: primary)
            try await replica.server.ended(by: SIGQUIT) {
                try await replica.start()
                var configuration = DatabaseConfiguration(primary.url, readers: [replica.url])
                configuration.lagInterval = .milliseconds(100)
                // A read that waited for a dead replica would not end in time.
                configuration.readerPool.acquireTimeout = .seconds(600)
                try await withDatabase(configuration) { try await body($0, primary, replica) }
            }
        }
    }

    private func isReplica(_ db: Database, _ consistency: ReadConsistency = .any) async throws -> Bool? {
        try await db.read(consistency) { try await $0.first("SELECT pg_is_in_recovery()", as: Bool.self) }
    }

    @Test func readsGoThereAndOwnWritesAreSeen() async throws {
        try await withReplica { db, _, _ in
            try await eventually("the replica answers") { try await isReplica(db) == true }
            try await db.execute("CREATE TABLE r (id int)")
            var onReplica = 0
            for id in 1...30 {
                try await db.execute("INSERT INTO r VALUES (\(id))")
                let seen = try await db.read(.ownWrites) { connection in
                    (
                        try await connection.first("SELECT count(*) FROM r", as: Int.self),
                        try await connection.first("SELECT pg_is_in_recovery()", as: Bool.self)
                    )
                }
                #expect(seen.0 == id)
                if seen.1 == true { onReplica += 1 }
                if id % 10 == 0 { try await Task.sleep(for: .milliseconds(400)) }
            }
            try await eventually("own writes are on the replica in the end") { try await isReplica(db, .ownWrites) == true }
            #expect(db.replicaLags.count == 1 && db.replicaLags[0] != nil)
        }
    }

    @Test func aDeadReplicaIsSkippedAndComesBack() async throws {
        try await withReplica { db, _, replica in
            try await eventually("the replica answers") { try await isReplica(db) == true }
            try await replica.server.end(SIGQUIT)
            for _ in 0..<10 { #expect(try await isReplica(db) == false) }
            try await replica.start()
            try await eventually("the replica is asked again") { try await isReplica(db) == true }
        }
    }

    @Test func aReplicaIsNoWriter() async throws {
        try await withReplica { _, _, replica in
            let error = await #expect(throws: DatabaseError.self) {
                try await withDatabase(replica.configuration()) { try await $0.execute("SELECT 1") }
            }
            guard case .connectFailed(let failure) = error else { throw TestFailure("\(String(describing: error))") }
            #expect(failure.reason.contains("standby"))
            try await withDatabase(replica.configuration { $0.writerMustBePrimary = false }) { db in
                let one = try await db.first("SELECT 1", as: Int.self)
                #expect(one == 1)
            }
        }
    }

    /// The writer's endpoint becomes a replica's and then a primary's again, as in a failover behind one name.
    @Test func writesWaitForTheNewPrimary() async throws {
        try await withReplica { _, primary, replica in
            try await withDatabase(replica.configuration { $0.pool.acquireTimeout = .seconds(30) }) { db in
                await #expect(throws: DatabaseError.self) { try await db.execute("CREATE TABLE early (a int)") }
                try await primary.server.end(SIGQUIT)
                try await withDatabase(replica.configuration { $0.writerMustBePrimary = false }) {
                    _ = try await $0.query("SELECT pg_promote()")
                }
                try await db.execute("CREATE TABLE late (a int)")
                #expect(try await db.first("SELECT count(*) FROM late", as: Int.self) == 0)
            }
            try await primary.start()
        }
    }
}
