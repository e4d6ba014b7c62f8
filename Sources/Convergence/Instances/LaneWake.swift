/// What a lane sleeps on: one bit, set by anyone, cleared by the lane when it starts to look.
final class LaneWake: Sendable {
    private let stream: AsyncStream<Void>
    private let continuation: AsyncStream<Void>.Continuation

    init() {
        (stream, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
    }

    func set() { continuation.yield() }

    /// Returns when set, or after `timeout`. Only one may wait.
    func wait(timeout: Duration) async {
        let alarm = Task { [continuation] in
            try await Task.sleep(for: timeout)
            continuation.yield()
        }
        defer { alarm.cancel() }
        var iterator = stream.makeAsyncIterator()
        _ = await iterator.next()
    }
}
