import CMartlet
import Foundation
import Logging
import Synchronization

/// Knows at once when a process ends: one thread waits on the descriptors of all that are watched.
///
/// It also collects the remains of our own children, so that none stays a zombie.
final class ProcessWatcher: Sendable {
    static let shared = ProcessWatcher()

    private struct State {
        var nextToken: UInt64 = 0
        var watches: [UInt64: ProcessWatch] = [:]
    }
    private let state = Mutex(State())
    private let waitSet: Int32

    init() {
        waitSet = martlet_wait_set()
        precondition(waitSet >= 0, "no epoll descriptor: \(String(cString: strerror(errno)))")
        let thread = Thread { [self] in
            Thread.current.name = "process-watcher"
            run()
        }
        thread.stackSize = 256 << 10
        thread.start()
    }

    /// Watches a child just started; it is collected when it ends.
    func watch(child pid: Int32) throws(EngineError) -> ProcessWatch {
        try add(pid: pid, isChild: true).watch
    }

    /// Returns when this very process has ended, at once when it is not running, or when the task is cancelled.
    func end(of identity: ProcessIdentity) async throws(EngineError) {
        guard let (watch, token) = try watch(identity) else { return }
        defer { forget(token) }
        await watch.wait()
    }

    /// Like `end`; without a watch the process is looked at now and then.
    func endOrPoll(_ process: ProcessIdentity, _ logger: Logger) async {
        do { try await end(of: process) } catch {
            logger.error("cannot watch the server", metadata: ["pid": "\(process.pid)", "reason": "\(error)"])
            while process.isRunning, !Task.isCancelled { try? await Task.sleep(for: .milliseconds(200)) }
        }
    }

    /// Runs `body` with a watch on a process; nil when it is not running.
    func withWatch<Result: Sendable>(
        on identity: ProcessIdentity, _ body: (ProcessWatch) async throws -> Result
    ) async throws -> Result? {
        guard let (watch, token) = try watch(identity) else { return nil }
        defer { forget(token) }
        return try await body(watch)
    }

    private func watch(_ identity: ProcessIdentity) throws(EngineError) -> (watch: ProcessWatch, token: UInt64)? {
        guard identity.isRunning else { return nil }
        let added: (watch: ProcessWatch, token: UInt64)
        do { added = try add(pid: identity.pid, isChild: false) } catch {
            if !identity.isRunning { return nil }
            throw error
        }
        // Only now is it sure that the descriptor means this process and not a later one with the same number.
        if identity.isRunning { return added }
        forget(added.token)
        return nil
    }

    private func add(pid: Int32, isChild: Bool) throws(EngineError) -> (watch: ProcessWatch, token: UInt64) {
        let number = try system("watch process \(pid)") { martlet_pidfd_open(pid) }
        let watch = ProcessWatch(pid: pid, pidDescriptor: Descriptor(owning: number), isChild: isChild)
        let token = state.withLock { state in
            state.nextToken += 1
            state.watches[state.nextToken] = watch
            return state.nextToken
        }
        do { try system("watch process \(pid)") { martlet_wait_set_add(waitSet, number, token) } } catch {
            state.withLock { _ = $0.watches.removeValue(forKey: token) }
            throw error
        }
        return (watch, token)
    }

    private func forget(_ token: UInt64) {
        guard let watch = state.withLock({ $0.watches.removeValue(forKey: token) }) else { return }
        _ = martlet_wait_set_remove(waitSet, watch.pidDescriptor.number)
    }

    private func run() {
        var token: UInt64 = 0
        while martlet_wait_set_next(waitSet, &token) == 1 {
            guard let watch = state.withLock({ $0.watches.removeValue(forKey: token) }) else { continue }
            _ = martlet_wait_set_remove(waitSet, watch.pidDescriptor.number)
            if watch.isChild { waitpid(watch.pid, nil, WNOHANG) }
            watch.markEnded()
        }
        preconditionFailure("the wait set failed: \(String(cString: strerror(errno)))")
    }
}
