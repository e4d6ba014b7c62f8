import Foundation

extension PostgreSQLServer {
    /// The logging collector has the server's last words still to write, on a disk that may be slow.
    static let collectorPatience = Duration.seconds(20)

    /// PostgreSQL's own ladder ("Shutting Down the Server"): fast, then immediate, then none of its business.
    static func ending(grace: Duration) -> ProcessEnding {
        ProcessEnding(steps: [
            .init(signal: SIGINT, patience: grace),
            .init(signal: SIGQUIT, patience: .seconds(6)),
            .init(signal: SIGKILL, patience: .seconds(10)),
        ])
    }

    /// Ends the server and every process of it.
    func stop(grace: Duration) async throws {
        AdminConnections.shared.drop(self)
        var isOrderly = false
        if let identity = runningProcess() {
            isOrderly = try await Self.ending(grace: grace).perform(on: identity) == SIGINT
        }
        // The rest: the logging collector, for which no postmaster waits; all children of one that was killed; or a server
        // so young that it has no pid file yet.
        let patience = isOrderly ? Self.collectorPatience : .seconds(2)
        if FileSystem.isDirectory(data) { try await Self.holders.clear(data, patience: patience) }
    }

    /// Makes it read its settings again, and returns when they are in effect.
    func reload(timeout: Duration = .seconds(5)) async throws {
        guard let identity = runningProcess() else {
            throw EngineError.system(what: "reload", reason: "the server is not running")
        }
        let wanted = configuration()
        AdminConnections.shared.drop(self)
        guard kill(identity.pid, SIGHUP) == 0 else { throw EngineError.refused("reload", errno) }
        let deadline = ContinuousClock.now + timeout
        var isLast = false
        while !isLast {
            // Whoever was kept from looking until the end looks once nevertheless.
            isLast = ContinuousClock.now >= deadline
            // A new session each time: an old one reads the settings whenever it likes.
            let seen = try await AdminConnections.shared.useFresh(self) {
                try $0.run("SELECT current_setting('\(PostgreSQLConfiguration.fingerprintSetting)', true)", deadline: $1)
            }
            if seen.first?.first == wanted { return }
            try await Task.sleep(for: .milliseconds(10))
        }
        throw EngineError.timedOut(what: "reading the configuration again", seconds: Int(timeout.components.seconds))
    }
}
