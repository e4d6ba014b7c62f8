import Dispatch
import Synchronization

/// Runs work that blocks on threads of its own, so that Swift's few concurrency threads never wait.
final class BlockingPool: Sendable {
    static let shared = BlockingPool(threads: 24, backlogLimit: 4096)

    private struct State {
        var running = 0
        var backlog: [@Sendable () -> Void] = []
    }
    private let state = Mutex(State())
    private let threads: Int
    private let backlogLimit: Int
    private let queue = DispatchQueue(label: "martlet.blocking", attributes: .concurrent)

    init(threads: Int, backlogLimit: Int) {
        self.threads = threads
        self.backlogLimit = backlogLimit
    }

    /// - Throws: what `work` throws, or `EngineError.system` when too much waits already.
    func run<Result: Sendable>(_ work: @escaping @Sendable () throws -> Result) async throws -> Result {
        try await withCheckedThrowingContinuation { continuation in
            let accepted = submit { continuation.resume(with: Swift.Result(catching: work)) }
            if !accepted {
                continuation.resume(
                    throwing: EngineError.system(what: "question a server", reason: "\(backlogLimit) questions wait already"))
            }
        }
    }

    private func submit(_ job: @escaping @Sendable () -> Void) -> Bool {
        enum Decision { case refuse, wait, start }
        let decision: Decision = state.withLock { state in
            if state.running < threads {
                state.running += 1
                return .start
            }
            guard state.backlog.count < backlogLimit else { return .refuse }
            state.backlog.append(job)
            return .wait
        }
        if decision == .start { queue.async { self.work(job) } }
        return decision != .refuse
    }

    private func work(_ first: @escaping @Sendable () -> Void) {
        var job: (@Sendable () -> Void)? = first
        while let current = job {
            current()
            job = state.withLock { state in
                if state.backlog.isEmpty {
                    state.running -= 1
                    return nil
                }
                return state.backlog.removeFirst()
            }
        }
    }
}
