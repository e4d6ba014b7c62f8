internal import Logging
internal import ServiceLifecycle

/// Deletes what has expired, now and then. Feeds do not show it before that either.
struct Sweeper: Service {
    let activities: Activities
    let every: Duration
    let logger: Logger

    func run() async throws {
        for await _ in AsyncTicks(every: every).cancelOnGracefulShutdown() {
            do {
                var gone = 0
                repeat { gone = try await activities.sweep() } while gone == 1000
            } catch is CancellationError {
                return
            } catch {
                logger.warning("What has expired could not be deleted: \(error)")
            }
        }
    }
}

/// One now and then, until it is cancelled.
private struct AsyncTicks: AsyncSequence, AsyncIteratorProtocol, Sendable {
    let every: Duration

    func makeAsyncIterator() -> AsyncTicks { self }

    mutating func next() async -> Void? {
        do { try await Task.sleep(for: every) } catch { return nil }
        return ()
    }
}
