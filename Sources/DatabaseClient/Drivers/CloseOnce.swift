internal import Synchronization

/// Something that is done once, whoever asks first.
final class CloseOnce: Sendable {
    private let done = Mutex(false)

    var isDone: Bool { done.withLock { $0 } }

    func run(_ work: () -> Void) {
        let isFirst = done.withLock { done in
            defer { done = true }
            return !done
        }
        if isFirst { work() }
    }
}
