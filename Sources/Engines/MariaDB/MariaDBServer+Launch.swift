import Foundation
import Resources

extension MariaDBServer {
    /// Starts the server, unless it runs, and returns when it answers.
    ///
    /// - Throws: what `EngineError` says of a start; after a time-out the server is left to go on starting.
    func start(_ installation: MariaDBInstallation, admission: GroupAdmission? = nil, timeout: Duration) async throws {
        let deadline = ContinuousClock.now + timeout
        do {
            if runningProcess() == nil, try await !adoptUnnoted() {
                try await launch(installation, admission, deadline)
            }
            try await answers(deadline)
        } catch EngineError.timedOut {
            throw EngineError.timedOut(what: "starting the server", seconds: Int(timeout.components.seconds))
        }
    }

    /// Takes over a server that was started, and not noted before we were killed. One that is on its way down is waited for.
    private func adoptUnnoted() async throws -> Bool {
        let holders = try await BlockingPool.shared.run { Self.holders.find(under: data) }
        if holders.count == 1, let note = MariaDBProcessNote(running: holders[0].pid) {
            try FileSystem.replace(processFile, with: note.text, mode: 0o600, durably: false)
            if runningProcess() != nil { return true }
        }
        try await Self.holders.clear(data, patience: .seconds(5))
        return false
    }

    /// What a server is started with: all else is in its settings file.
    private func arguments(_ installation: MariaDBInstallation) -> [String] {
        [
            "--defaults-file=\(settingsFile)", "--basedir=\(installation.root)", "--datadir=\(data)",
            "--tmpdir=\(data)/\(Self.temporaryDirectory)", "--secure-file-priv=\(data)/\(Self.exchangeDirectory)",
        ]
    }

    private func launch(
        _ installation: MariaDBInstallation, _ admission: GroupAdmission?, _ deadline: ContinuousClock.Instant
    ) async throws {
        try logs.prepare(for: host.user)
        for name in [Self.temporaryDirectory, Self.exchangeDirectory] {
            try FileSystem.makeDirectory("\(data)/\(name)", mode: 0o700, owner: host.user)
        }
        try writeInitFile()
        // A server that was killed has left them, and they are how its successor says that it is ready.
        for name in ["\(data)/mariadbd.pid", socket] {
            try system("delete \(name)") { unlink(name) == 0 || errno == ENOENT ? 0 : -1 }
        }
        let growth = try LogGrowth(logs)
        let output = try logs.open(MariaDBLogs.error, for: host.user)
        // By the descriptor `holders` finds it.
        let launch = ProcessLaunch(
            program: installation.server, arguments: arguments(installation), user: host.user,
            dataDirectory: try Descriptor.directory(data))
        let watch = try await admission.watch {
            let pid = try launch.spawn(output: output)
            if let note = MariaDBProcessNote(running: pid) {
                try FileSystem.replace(processFile, with: note.text, mode: 0o600, durably: false)
            }
            return pid
        }
        do { try await becomesReady(watch, deadline) } catch is EndedAtStart {
            throw MariaDBStartFailure(log: try growth.text()).error
        }
    }

    /// The statements that the server runs before its first client, for the settings that are on disk now; older ones go.
    private func writeInitFile() throws {
        guard let fingerprints = configuration() else {
            throw EngineError.damaged(what: "\(settingsFile) is not a settings file of ours")
        }
        let name = MariaDBConfiguration.initFile(fingerprints.all)
        for old in FileSystem.names(in: data) where old.hasPrefix("martlet-") && old.hasSuffix(".sql") && old != name {
            unlink("\(data)/\(old)")
        }
        let text = MariaDBInitFile.statements(fingerprints, password: NativePasswordHash(password: try password()))
        try FileSystem.replace("\(data)/\(name)", with: text, mode: 0o600, owner: host.user, durably: false)
    }

    private struct EndedAtStart: Error {}

    /// Waits until somebody listens on the socket.
    private func becomesReady(_ watch: ProcessWatch, _ deadline: ContinuousClock.Instant) async throws {
        var pause = Duration.milliseconds(2)
        while true {
            if watch.hasEnded { throw EndedAtStart() }
            if FileSystem.exists("\(data)/mariadbd.pid"), FileSystem.exists(socket) { return }
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
                return try await MariaDBConnections.shared.use(self) { _ = try $0.run("SELECT 1", deadline: $1) }
            } catch EngineError.sql(let message, state: "28000") {
                throw EngineError.damaged(what: "the server does not accept rdsadmin.password: \(message)")
            } catch let error as EngineError {
                if ContinuousClock.now >= deadline { throw EngineError.timedOut(what: "starting", seconds: 0) }
                if runningProcess() == nil { throw error }
            }
            try await Task.sleep(for: pause)
            pause = min(pause * 2, .milliseconds(100))
        }
    }
}
