import Foundation
import Keys
import Logging
import Resources
import Testing

@testable import Convergence

@Suite struct KeyKeeperTests {
    static let now = Date(timeIntervalSince1970: 1_800_000_000)
    let ring = KeyRing(.ephemeral(), account: "123456789012")

    /// On the disk, where a deleted key must leave nothing behind, not even wrapped.
    @Test func aDeletedKeyLeavesNothingOnTheDisk() async throws {
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("keeper-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let store = try Store(directory: directory, logger: Logger(label: "test"))
        let key = try await store.write { [ring] tx in
            var key = try ring.makeKey(
                region: "us-east-1", manager: .customer, description: "", policy: "", tags: [], at: Self.now)
            key.state = .pendingDeletion(at: Self.now + 7 * 86_400, windowDays: 7)
            try tx.insert(key)
            return key
        }
        let keeper = KeyKeeper(store: store, keys: ring, logger: Logger(label: "test"))
        #expect(try await keeper.sweep(now: Self.now) == Self.now + 7 * 86_400)
        #expect(store.list(KMSKey.self) == [key])
        #expect(try contents(directory).contains(key.id))
        #expect(try await keeper.sweep(now: Self.now + 7 * 86_400) == nil)
        #expect(store.list(KMSKey.self).isEmpty)
        #expect(try !contents(directory).contains(key.id))
        #expect(try !contents(directory).contains(try #require(key.versions.first).wrapped.base64EncodedString()))
    }

    private func contents(_ directory: String) throws -> String {
        try FileManager.default.contentsOfDirectory(atPath: directory).map { name in
            String(decoding: try Data(contentsOf: URL(fileURLWithPath: directory + "/" + name)), as: UTF8.self)
        }.joined()
    }
}
