import Foundation

extension MariaDBServer {
    /// SIGTERM is an orderly shutdown: clients are ended, and all is written. There is nothing between it and the end.
    static func ending(grace: Duration) -> ProcessEnding {
        ProcessEnding(steps: [
            .init(signal: SIGTERM, patience: grace),
            .init(signal: SIGKILL, patience: .seconds(10)),
        ])
    }

    /// Ends the server and every process of it.
    func stop(grace: Duration) async throws {
        MariaDBConnections.shared.drop(self)
        if let identity = runningProcess() {
            _ = try await Self.ending(grace: grace).perform(on: identity)
        }
        // One that was started and never noted.
        if FileSystem.isDirectory(data) { try await Self.holders.clear(data, patience: .seconds(2)) }
    }

    /// Makes it take over the settings on disk that can be changed while it runs.
    func reload() async throws {
        guard runningProcess() != nil else {
            throw EngineError.system(what: "reload", reason: "the server is not running")
        }
        guard let text = FileSystem.read(settingsFile),
            let fingerprints = MariaDBConfiguration.Fingerprints(inSettings: text)
        else { throw EngineError.damaged(what: "\(settingsFile) is not a settings file of ours") }
        let settings = MariaDBConfiguration.dynamicSettings(in: text)
        try await MariaDBConnections.shared.use(self, patience: .seconds(30)) {
            let refused = try MariaDBReload.perform(settings, on: $0, deadline: $1)
            // Only now: had we been killed before, all of it would be done again.
            try $0.run(MariaDBFacts.reloaded(fingerprints, refused: refused), deadline: $1)
        }
    }
}
