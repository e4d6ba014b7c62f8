internal import Synchronization

/// Something that is done once, whoever asks first.
final class CloseOnce: Sendable {
    private let done = Mutex(false)

    var isDone: Bool { done.withLock { $0 } }

    /// When this returns the work is over, whoever did it: a second one waits for the first. So it must be short.
    func run(_ work: () -> Void) {
        done.withLock { done in
            guard !done else { return }
            done = true
            work()
        }
    }
}
