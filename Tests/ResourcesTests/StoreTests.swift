import Foundation
import GRDB
import Logging
import Testing

@testable import Resources

@Suite("Store")
struct StoreTests {
    static func instance(_ name: String, region: String = "us-east-1", id: String? = nil) -> DBInstance {
        DBInstance(
            region: region, resourceID: id ?? "db-\(name)", identifier: name, requestedAt: Date(timeIntervalSince1970: 0),
            spec: DBInstance.Spec(
                engine: "postgres", engineVersion: "15.18", instanceClass: "db.t3.micro", allocatedStorage: 20,
                storageType: "gp3", databaseName: nil, port: 5432, availabilityZone: "us-east-1a", subnetGroup: "default",
                securityGroupIDs: [], publiclyAccessible: true, backupRetentionPeriod: 0, backupWindow: "03:00-03:30",
                maintenanceWindow: "mon:04:00-mon:04:30"),
            master: DBInstance.MasterUser(username: "root", verifier: "v"), operation: nil, tags: [])
    }

    private func temporaryDirectory() throws -> String {
        let path = NSTemporaryDirectory() + "martlet-store-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        return path
    }

    @Test("Names are unique in a region, and only there")
    func names() async throws {
        let store = try Store.inMemory()
        try await store.write { tx in try tx.insert(Self.instance("a")) }
        try await store.write { tx in try tx.insert(Self.instance("a", region: "eu-west-1")) }
        await #expect(throws: StoreError.nameTaken(kind: "DBInstance", region: "us-east-1", name: "a")) {
            try await store.write { tx in try tx.insert(Self.instance("a", id: "db-other")) }
        }
        #expect(store.list(DBInstance.self).map(\.region) == ["eu-west-1", "us-east-1"])
    }

    @Test("A transaction that throws leaves nothing, in memory and on disk")
    func rollback() async throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let store = try Store(directory: directory, logger: Logger(label: "test"))
        struct Stop: Error {}
        await #expect(throws: Stop.self) {
            try await store.write { tx in
                try tx.insert(Self.instance("a"))
                throw Stop()
            }
        }
        #expect(store.list(DBInstance.self).isEmpty && store.revision == 0)
        #expect(try Store(directory: directory, logger: Logger(label: "test")).list(DBInstance.self).isEmpty)
    }

    @Test("A rename moves the name and keeps the identity; the former name is free again")
    func rename() async throws {
        let store = try Store.inMemory()
        try await store.write { tx in
            try tx.insert(Self.instance("a"))
            try tx.insert(Self.instance("b"))
        }
        await #expect(throws: StoreError.nameTaken(kind: "DBInstance", region: "us-east-1", name: "b")) {
            try await store.write { tx in
                _ = try tx.update(DBInstance.self, region: "us-east-1", id: "db-a") { $0.identifier = "b" }
            }
        }
        try await store.write { tx in
            _ = try tx.update(DBInstance.self, region: "us-east-1", id: "db-a") { $0.identifier = "c" }
        }
        #expect(store.find(DBInstance.self, region: "us-east-1", name: "a") == nil)
        #expect(store.find(DBInstance.self, region: "us-east-1", name: "c")?.id == "db-a")
        try await store.write { tx in try tx.insert(Self.instance("a", id: "db-new")) }
    }

    @Test("What was written is there after opening again, in files that only the owner reads")
    func durability() async throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try await Store(directory: directory, logger: Logger(label: "test")).write { tx in try tx.insert(Self.instance("a")) }
        let again = try Store(directory: directory, logger: Logger(label: "test"))
        #expect(again.get(DBInstance.self, region: "us-east-1", id: "db-a") == Self.instance("a"))
        for file in try FileManager.default.contentsOfDirectory(atPath: directory) {
            let mode = try FileManager.default.attributesOfItem(atPath: directory + "/" + file)[.posixPermissions] as? Int
            #expect(mode == 0o600, "\(file)")
        }
    }

    @Test("A document that cannot be read is set aside and reported, and does not keep the rest from loading")
    func quarantine() async throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let store = try Store(directory: directory, logger: Logger(label: "test"))
        try await store.write { tx in
            try tx.insert(Self.instance("a"))
            try tx.insert(Self.instance("b"))
        }
        try await store.database.write { db in try db.execute(sql: "UPDATE document SET body = x'7b' WHERE name = 'a'") }
        for _ in 0..<2 {
            let again = try Store(directory: directory, logger: Logger(label: "test"))
            #expect(again.list(DBInstance.self).map(\.name) == ["b"])
            #expect(again.quarantined.map(\.name) == ["a"])
        }
    }

    @Test("A store of a later Martlet is refused")
    func newer() async throws {
        let directory = try temporaryDirectory()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let store = try Store(directory: directory, logger: Logger(label: "test"))
        try await store.database.write { db in try db.execute(sql: "PRAGMA user_version = 99") }
        #expect(throws: StoreError.newerFormat(found: 99, supported: Store.currentFormat)) {
            try Store(directory: directory, logger: Logger(label: "test"))
        }
    }

    @Test("Watchers hear what a commit touched, and nothing of a commit that changed nothing")
    func watching() async throws {
        let store = try Store.inMemory()
        var changes = store.changes().makeAsyncIterator()
        try await store.write { tx in try tx.insert(Self.instance("a")) }
        try await store.write { tx in _ = try tx.update(DBInstance.self, region: "us-east-1", id: "db-a") { _ in } }
        try await store.write { tx in try tx.delete(DBInstance.self, region: "us-east-1", id: "db-a") }
        for _ in 0..<2 {
            guard case .touched(let references) = await changes.next() else { return }
            #expect(references.map(\.id) == ["db-a"])
        }
        #expect(store.revision == 2)
    }

    @Test("Events come back in order, by region and time; old ones can be dropped")
    func events() async throws {
        let store = try Store.inMemory()
        let start = Date(timeIntervalSince1970: 1000)
        try await store.write { tx in
            for second in 0..<5 {
                try tx.record(
                    DBEvent(
                        region: second == 4 ? "eu-west-1" : "us-east-1", sourceType: .dbInstance, sourceIdentifier: "a",
                        sourceARN: "arn", message: "\(second)", categories: [.creation],
                        date: start.addingTimeInterval(Double(second))))
            }
        }
        let found = try await store.events(
            region: "us-east-1", from: start.addingTimeInterval(1), to: start.addingTimeInterval(3), limit: 10)
        #expect(found.map(\.message) == ["1", "2"])
        let page = try await store.events(
            region: "us-east-1", from: start, to: start.addingTimeInterval(9), skipping: 1, limit: 1
        ) { $0.message != "1" }
        #expect(page.map(\.message) == ["2"])
        #expect(try await store.forgetEvents(before: start.addingTimeInterval(2)) == 2)
    }
}

@Suite("Observation board")
struct ObservationBoardTests {
    @Test("Waiting ends when the condition holds")
    func until() async {
        let board = ObservationBoard()
        async let waited = board.until(timeout: .seconds(120)) { board["a"]?.server == .answering }
        try? await Task.sleep(for: .milliseconds(20))
        board.publish(DBInstanceObservation(server: .answering), of: "a")
        #expect(await waited)
    }

    @Test("Waiting ends in time when it does not")
    func timeout() async {
        let began = ContinuousClock.now
        let waited = await ObservationBoard().until(timeout: .milliseconds(50)) { false }
        #expect(!waited && ContinuousClock.now - began < .seconds(60))
    }
}
