import Foundation
import Resources
import Testing

@testable import Keys

@Suite struct KeyChoreTests {
    static let now = KeyRingTests.start
    let ring = KeyRing(.ephemeral(), account: "123456789012")

    private func key(_ id: String, _ state: KMSKey.State, rotates after: Double? = nil) -> KMSKey {
        var key = KMSKey(
            region: "r", id: id, manager: .customer, description: "", createdAt: Self.now, versions: [], policy: "", tags: [])
        key.state = state
        key.rotation = after.map { KMSKey.Rotation(periodDays: 90, nextAt: Self.now + $0) }
        return key
    }

    private func secret(deletion after: Double?) -> Secret {
        var secret = Secret(
            region: "r", arn: "s", name: "s", description: "", owningService: nil, kmsKeyID: nil, createdAt: Self.now,
            versions: [], tags: [])
        secret.deletionAt = after.map { Self.now + $0 }
        return secret
    }

    @Test func whatIsDue() {
        typealias Row = (KMSKey, Secret, [KeyChore], Double?)
        let rows: [Row] = [
            (key("a", .enabled), secret(deletion: nil), [], nil),
            (key("a", .enabled, rotates: 1), secret(deletion: 2), [], 1),
            (
                key("a", .enabled, rotates: 0), secret(deletion: 0),
                [.rotateKey(region: "r", id: "a"), .deleteSecret(region: "r", id: "s")], nil
            ),
            (key("a", .disabled, rotates: -1), secret(deletion: nil), [], nil),
            (key("a", .pendingDeletion(at: Self.now + 5, windowDays: 7), rotates: -1), secret(deletion: nil), [], 5),
            (key("a", .pendingDeletion(at: Self.now, windowDays: 7)), secret(deletion: 9), [.deleteKey(region: "r", id: "a")], 9),
        ]
        for (key, secret, chores, next) in rows {
            let due = KeyChore.due(keys: [key], secrets: [secret], now: Self.now)
            #expect(due.chores == chores)
            #expect(due.next == next.map { Self.now + $0 })
        }
    }

    @Test func theyAreDoneOnceAndOnlyWhileTheyAreDue() async throws {
        let store = try Store.inMemory()
        let kept = try await store.write { [ring] tx in
            var rotating = try ring.makeKey(region: "r", manager: .customer, description: "", policy: "", tags: [], at: Self.now)
            rotating.rotation = KMSKey.Rotation(periodDays: 90, nextAt: Self.now)
            var dying = try ring.makeKey(region: "r", manager: .customer, description: "", policy: "", tags: [], at: Self.now)
            dying.state = .pendingDeletion(at: Self.now, windowDays: 7)
            var saved = try ring.makeKey(region: "r", manager: .customer, description: "", policy: "", tags: [], at: Self.now)
            saved.state = .disabled
            for key in [rotating, dying, saved] { try tx.insert(key) }
            try tx.insert(KMSAlias(region: "r", name: "alias/a", targetKeyID: dying.id, createdAt: Self.now))
            try tx.insert(KMSAlias(region: "r", name: "alias/b", targetKeyID: saved.id, createdAt: Self.now))
            return [rotating, saved, dying]
        }
        let chores: [KeyChore] = [
            .rotateKey(region: "r", id: kept[0].id), .deleteKey(region: "r", id: kept[1].id),
            .deleteKey(region: "r", id: kept[2].id),
            .deleteSecret(region: "r", id: "gone"),
        ]
        for _ in 0..<2 {
            try await store.write { [ring] tx in
                for chore in chores { try ring.perform(chore, in: &tx, now: Self.now) }
            }
        }
        let rotated = try #require(store.get(KMSKey.self, region: "r", id: kept[0].id))
        #expect(rotated.versions.map(\.cause) == [.creation, .automatic])
        #expect(rotated.rotation?.nextAt == Self.now + 90 * 86_400)
        #expect(store.list(KMSKey.self).map(\.id).sorted() == [kept[0].id, kept[1].id].sorted())
        #expect(store.list(KMSAlias.self).map(\.name) == ["alias/b"])
    }
}
