internal import Dispatch

/// Work that blocks for a moment (names looked up, files opened), on a thread that may wait.
enum BlockingWork {
    private static let queue = DispatchQueue(label: "database-client.blocking", attributes: .concurrent)

    static func run<Value: Sendable>(_ work: @escaping @Sendable () -> Value) async -> Value {
        await withUnsafeContinuation { continuation in
            queue.async { continuation.resume(returning: work()) }
        }
    }
}
