internal import Foundation
internal import Keys
internal import Logging
internal import Resources

/// Does what time makes due of keys and secrets: new material, and deletions whose waiting period is over.
struct KeyKeeper: Sendable {
    /// How long it sleeps at most: clocks are set, and machines are suspended.
    static let patrol = Duration.seconds(60)

    let store: Store
    let keys: KeyRing
    let logger: Logger

    func run() async {
        while !Task.isCancelled {
            do {
                let next = try await sweep(now: Date())
                let pause = next.map { Duration.seconds(max(0.1, $0.timeIntervalSinceNow)) } ?? Self.patrol
                try await Task.sleep(for: min(pause, Self.patrol))
            } catch is CancellationError {
                return
            } catch {
                logger.error("keys and secrets could not be looked after", metadata: ["reason": "\(error)"])
                do { try await Task.sleep(for: Self.patrol) } catch { return }
            }
        }
    }

    /// Does all that is due. Returns when the next thing is.
    ///
    /// One that fails does not hold up the others; it is tried again with the next sweep.
    func sweep(now: Date) async throws -> Date? {
        let (chores, next) = KeyChore.due(keys: store.list(KMSKey.self), secrets: store.list(Secret.self), now: now)
        for chore in chores {
            do {
                try await store.write { [keys] tx in try keys.perform(chore, in: &tx, now: now) }
                logger.info("done, it was due", metadata: ["chore": "\(chore)"])
            } catch {
                logger.error("it is due and failed", metadata: ["chore": "\(chore)", "reason": "\(error)"])
            }
        }
        // Until the log is written over it would still hold what has been deleted.
        if chores.contains(where: \.isDeletion) { try await store.emptyLog() }
        return next
    }
}
