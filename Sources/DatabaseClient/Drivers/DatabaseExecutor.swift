internal import Dispatch
internal import Foundation
internal import Synchronization

/// Runs tasks on the threads that wait for the databases' sockets.
///
///     try await withTaskExecutorPreference(DatabaseExecutor.shared) {
///         try await work(db)
///     }
///
/// Elsewhere an answer wakes the thread that waits for it, and that one wakes the thread of the task. A task in here goes on
/// where its answer came in, which takes about a third less processor time for each statement. For programs that mostly talk to
/// databases, such as workers and imports; not for work that computes for long or blocks: whoever waits for the same thread
/// waits for it.
///
/// There are as many threads as processors; they start when they are needed.
public final class DatabaseExecutor: TaskExecutor {
    public static let shared = DatabaseExecutor(threads: max(1, ProcessInfo.processInfo.activeProcessorCount))

    /// With more jobs than this waiting for its own thread, a loop gives new ones to the others as well.
    private static let ownJobs = 8

    private let loops: [SocketLoop]
    private let turn = Atomic<UInt>(0)

    private init(threads: Int) { loops = (0..<threads).map { _ in SocketLoop() } }

    public func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if let current = SocketLoop.current, current.backlog < Self.ownJobs { return current.enqueue(job) }
        let loop = nextLoop()
        if loop.works { return loop.enqueue(job) }
        DispatchQueue.global().async { [self] in job.runSynchronously(on: asUnownedTaskExecutor()) }
    }

    /// For work that goes on where it was begun; nil where this thread is none of the executor's.
    static var ofThisThread: DatabaseExecutor? { SocketLoop.current == nil ? nil : shared }

    /// Tasks follow their sockets, so sockets are spread where tasks run on the loops. For all others one thread has little
    /// to do.
    func loopForSocket(of current: SocketLoop?) -> SocketLoop { current == nil ? loops[0] : nextLoop() }

    private func nextLoop() -> SocketLoop { loops[Int(turn.add(1, ordering: .relaxed).newValue % UInt(loops.count))] }
}
