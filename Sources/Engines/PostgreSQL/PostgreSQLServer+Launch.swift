import Foundation
import Resources

extension PostgreSQLServer {
    /// Starts the server, unless it runs, and returns when it answers.
    ///
    /// - Throws: what `EngineError` says of a start; after a time-out the server is left to go on starting.
    func start(
        _ tree: PostgreSQLTree, options: [String] = [], niceness: Int = 0, admission: GroupAdmission? = nil, timeout: Duration
    ) async throws {
        let deadline = ContinuousClock.now + timeout
        do {
            if runningProcess() == nil {
                try await clearRemains()
                try await launch(tree, options, niceness, admission, deadline)
            }
            try await answers(deadline)
        } catch EngineError.timedOut {
            throw EngineError.timedOut(what: "starting the server", seconds: Int(timeout.components.seconds))
        }
    }

    /// What a server that did not shut down has left: processes first, then the files with its number, which could be another
    /// server's by now. PostgreSQL believes the one beside the socket of any process of the same user.
    private func clearRemains() async throws {
        guard FileSystem.exists(pidFile) else { return }
        try await Self.holders.clear(data, patience: .seconds(5))
        if runningProcess() == nil { for path in [pidFile, "\(socket).lock"] { unlink(path) } }
    }

    private func launch(
        _ tree: PostgreSQLTree, _ options: [String], _ niceness: Int, _ admission: GroupAdmission?,
        _ deadline: ContinuousClock.Instant
    ) async throws {
        try logs.prepare(for: host.user)
        let growth = try LogGrowth(logs)
        let output = try log.open().file
        let (path, descriptor) = try dataArgument()
        let launch = ProcessLaunch(
            program: tree.postgres, arguments: ["-D", path] + options.flatMap { ["-c", $0] }, user: host.user,
            dataDirectory: descriptor, niceness: niceness, variables: Self.allocation)
        let watch = try await admission.watch { try launch.spawn(output: output) }
        do { try await becomesReady(watch, deadline) } catch is EndedAtStart {
            // Someone else may have been faster: theirs is as good as ours.
            if runningProcess() != nil { return }
            // The collector is the last to go: only then is all of it written.
            try await Self.holders.clear(data, patience: Self.collectorPatience)
            throw StartFailure(log: try growth.text()).error
        }
    }

    /// How glibc gives memory back (mallopt(3)). By itself it does so whenever 128 KiB at the end of the heap are free, until a
    /// session happens to have freed a larger block: a statement that builds JSON or sorts brings that about each time. Five
    /// calls of the kernel and the pages anew are a fifth of the time of a feed of 20 rows (docs/benchmarks.md). Larger limits
    /// than these gain more for single statements of half a megabyte, and cost each session that much.
    static let allocation = [
        "MALLOC_TRIM_THRESHOLD_=2097152", "MALLOC_TOP_PAD_=262144", "MALLOC_MMAP_THRESHOLD_=2097152",
    ]

    private struct EndedAtStart: Error {}

    /// Follows the status in the pid file until clients are let in.
    private func becomesReady(_ watch: ProcessWatch, _ deadline: ContinuousClock.Instant) async throws {
        var pause = Duration.milliseconds(2)
        while true {
            if watch.hasEnded { throw EndedAtStart() }
            if let file = FileSystem.read(pidFile, limit: 4096).flatMap(PostmasterPIDFile.init), file.pid == watch.pid,
                file.isReady
            {
                return
            }
            guard ContinuousClock.now < deadline else { throw EngineError.timedOut(what: "starting", seconds: 0) }
            // Ends early when the process does.
            if await watch.ends(within: pause) { throw EndedAtStart() }
            try Task.checkCancellation()
            pause = min(pause + .microseconds(200), .milliseconds(25))
        }
    }

    /// Returns when the server answers a query.
    private func answers(_ deadline: ContinuousClock.Instant) async throws {
        var pause = Duration.milliseconds(2)
        while true {
            do {
                return try await AdminConnections.shared.use(self) { _ = try $0.run("SELECT 1", deadline: $1) }
            } catch EngineError.sql(_, state: "28P01") {
                if try await takeUpPassword(deadline) { continue }
                throw EngineError.damaged(what: "the server does not accept rdsadmin.password")
            } catch let error as EngineError {
                if ContinuousClock.now >= deadline { throw EngineError.timedOut(what: "starting", seconds: 0) }
                if runningProcess() == nil { throw error }
            }
            try await Task.sleep(for: pause)
            pause = min(pause * 2, .milliseconds(100))
        }
    }
}
