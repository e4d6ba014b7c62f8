internal import Dispatch

/// Work that blocks for a moment (names looked up, files opened), on a thread that may wait.
enum BlockingWork {
    private static let queue = DispatchQueue(label: "database-client.blocking", attributes: .concurrent)

    /// Nil when the work takes longer than `limit`; it goes on, but nobody waits for it.
    static func run<Value: Sendable>(
        within limit: Duration, _ work: @escaping @Sendable () -> Value
    ) async -> Value? {
        let first = CloseOnce()
        let parts = limit.components
        return await withUnsafeContinuation { continuation in
            queue.async {
                let value = work()
                first.run { continuation.resume(returning: value) }
            }
            let nanoseconds = parts.seconds * 1_000_000_000 + parts.attoseconds / 1_000_000_000
            queue.asyncAfter(deadline: .now() + .nanoseconds(Int(nanoseconds))) {
                first.run { continuation.resume(returning: nil) }
            }
        }
    }

    static func run<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value {
        await withUnsafeContinuation { continuation in
            queue.async { continuation.resume(returning: work()) }
        }
    }
}
