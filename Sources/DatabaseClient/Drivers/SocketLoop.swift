internal import CMartlet
internal import Foundation
internal import Synchronization

/// One thread that waits for many sockets, so that no thread waits for one, and that runs the jobs of `DatabaseExecutor`.
///
/// libpq and libmariadb read and write themselves; the loop only says when.
final class SocketLoop: Sendable {
    private struct Watched {
        var waiters: [UInt64: Weak] = [:]
        /// No deadline is earlier.
        var nextDeadline: ContinuousClock.Instant?
    }
    private struct Weak { weak var readiness: Readiness? }

    private struct Inbox {
        var jobs: [UnownedJob] = []
        var isAsleep = false
        var hasThread = false
    }

    static let oneShot: UInt32 = 0x4000_0000
    /// Sockets are looked at after so many jobs, however many there are.
    private static let jobsAtOnce = 256

    private static let lastToken = Atomic<UInt64>(0)
    /// Never 0, which is the loop's own.
    static func newToken() -> UInt64 { lastToken.add(1, ordering: .relaxed).newValue }

    /// The loop whose thread this is.
    static var current: SocketLoop? {
        pthread_getspecific(key).map { Unmanaged<SocketLoop>.fromOpaque($0).takeUnretainedValue() }
    }
    private static let key: pthread_key_t = {
        var key = pthread_key_t()
        let code = pthread_key_create(&key, nil)
        precondition(code == 0, "pthread_key_create: \(code)")
        return key
    }()

    private let epoll: Int32
    private let alarm: Int32
    private let watched = Mutex(Watched())
    private let inbox = Mutex(Inbox())
    /// Used by the loop's own thread alone.
    nonisolated(unsafe) private var queue: [UnownedJob] = []
    nonisolated(unsafe) private var queueHead = 0

    /// False where the system has no epoll, or no descriptor is left.
    let works: Bool

    init() {
        epoll = martlet_epoll_create()
        alarm = martlet_wake_create()
        works = epoll >= 0 && alarm >= 0 && martlet_epoll_add(epoll, alarm, UInt32(MARTLET_IN), 0) == 0
    }

    // MARK: - Sockets

    func add(_ readiness: Readiness) {
        watched.withLock { $0.waiters[readiness.token] = Weak(readiness: readiness) }
        startThread()
    }

    func remove(_ token: UInt64) { watched.withLock { $0.waiters[token] = nil } }

    /// From now on events at `descriptor` are reported to the waiter of that token. False when it cannot be watched.
    func arm(_ descriptor: Int32, _ events: UInt32, _ token: UInt64) -> Bool {
        if martlet_epoll_change(epoll, descriptor, events, token) == 0 { return true }
        return martlet_epoll_add(epoll, descriptor, events, token) == 0
    }

    func disarm(_ descriptor: Int32) { _ = martlet_epoll_remove(epoll, descriptor) }

    func note(_ deadline: ContinuousClock.Instant) {
        let isEarlier = watched.withLock { watched in
            if let next = watched.nextDeadline, next <= deadline { return false }
            watched.nextDeadline = deadline
            return true
        }
        // The loop's own thread looks at deadlines before it sleeps.
        if isEarlier, Self.current !== self { martlet_wake(alarm) }
    }

    // MARK: - Jobs

    /// Jobs that wait for the loop's own thread. Asked by that thread alone.
    var backlog: Int { queue.count - queueHead }

    func enqueue(_ job: UnownedJob) {
        if Self.current === self { return queue.append(job) }
        let isAsleep = inbox.withLock { inbox in
            inbox.jobs.append(job)
            defer { inbox.isAsleep = false }
            return inbox.isAsleep
        }
        if isAsleep { martlet_wake(alarm) }
        startThread()
    }

    private func runJobs() {
        let new = inbox.withLock { inbox in
            let jobs = inbox.jobs
            if !jobs.isEmpty { inbox.jobs = [] }
            return jobs
        }
        if !new.isEmpty { queue.append(contentsOf: new) }
        for _ in 0..<min(backlog, Self.jobsAtOnce) {
            let job = queue[queueHead]
            queueHead += 1
            job.runSynchronously(on: DatabaseExecutor.shared.asUnownedTaskExecutor())
        }
        if backlog == 0 {
            queue.removeAll(keepingCapacity: true)
            queueHead = 0
        } else if queueHead > 1024 {
            queue.removeFirst(queueHead)
            queueHead = 0
        }
    }

    // MARK: - The thread

    private func startThread() {
        let isFirst = inbox.withLock { inbox in
            defer { inbox.hasThread = true }
            return !inbox.hasThread
        }
        guard isFirst else { return }
        Thread { [self] in work() }.start()
    }

    private func work() {
        // By itself a thread is called as the one that made it.
        Thread.current.name = "database-loop"
        pthread_setspecific(Self.key, Unmanaged.passUnretained(self).toOpaque())
        var events = [martlet_event](repeating: martlet_event(), count: 64)
        while true {
            runJobs()
            let mayBlock = inbox.withLock { inbox in
                inbox.isAsleep = inbox.jobs.isEmpty && backlog == 0
                return inbox.isAsleep
            }
            let count = martlet_epoll_wait(epoll, &events, 64, mayBlock ? timeoutMs() : 0)
            if mayBlock { inbox.withLock { $0.isAsleep = false } }
            for event in events.prefix(Int(max(0, count))) {
                let token = event.data.u64
                if token == 0 { martlet_wake_clear(alarm) }
                watched.withLock { $0.waiters[token]?.readiness }?.becameReady()
            }
            expire()
        }
    }

    private func timeoutMs() -> Int32 {
        guard let deadline = watched.withLock({ $0.nextDeadline }) else { return -1 }
        let left = deadline - ContinuousClock.now
        guard left > .zero else { return 0 }
        return Int32(clamping: left.components.seconds * 1000 + left.components.attoseconds / 1_000_000_000_000_000 + 1)
    }

    private func expire() {
        guard let next = watched.withLock({ $0.nextDeadline }) else { return }
        let now = ContinuousClock.now
        guard now >= next else { return }
        let all = watched.withLock { watched in
            watched.nextDeadline = nil
            return watched.waiters.values.compactMap(\.readiness)
        }
        for readiness in all {
            if let later = readiness.expire(now) { note(later) }
        }
    }
}
