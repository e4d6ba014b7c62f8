internal import Synchronization

/// What a commit touched.
public enum StoreChange: Sendable, Equatable {
    public struct Reference: Sendable, Equatable, Hashable {
        public var kind: String
        public var region: String
        public var id: String
        public var name: String
    }

    case touched([Reference])
}

/// Those who follow the store. Each has a queue with a limit: the oldest changes go first, and since a follower looks at the
/// store itself, a lost change costs it nothing but the hint which document to look at. It then looks at all.
final class Watchers: Sendable {
    static let queueLimit = 4096

    private let streams = Mutex<[Int: AsyncStream<StoreChange>.Continuation]>([:])
    private let counter = Atomic<Int>(0)

    func subscribe() -> AsyncStream<StoreChange> {
        let (stream, continuation) = AsyncStream.makeStream(
            of: StoreChange.self, bufferingPolicy: .bufferingNewest(Self.queueLimit))
        let number = counter.add(1, ordering: .relaxed).newValue
        continuation.onTermination = { [weak self] _ in self?.streams.withLock { $0[number] = nil } }
        streams.withLock { $0[number] = continuation }
        return stream
    }

    func tell(_ touched: [StoreChange.Reference]) {
        let all = streams.withLock { Array($0.values) }
        for continuation in all { continuation.yield(.touched(touched)) }
    }
}
