import Synchronization

/// A connection of the control plane to a server.
protocol AdministratorConnection: Sendable {
    var openedAt: ContinuousClock.Instant { get }
}

/// How long a server may take to answer an administrator before it counts as mute.
enum AdministratorPatience {
    static let standard = Duration.seconds(2)

    /// One late answer tells of a busy machine, two of a server that hangs.
    static func twice<Result>(_ ask: () async throws -> Result) async throws -> Result {
        do { return try await ask() } catch EngineError.timedOut { return try await ask() }
    }
}

/// Keeps one idle administrator's connection per server, so that a look at it costs one round trip.
final class IdleConnections<Connection: AdministratorConnection>: Sendable {
    /// After this a new connection is made, which proves that the server still lets clients in.
    private let longestLife = Duration.seconds(30)
    private let idleLimit = 256

    private struct Idle {
        let connection: Connection
        let process: ProcessIdentity?
    }
    private let idle = Mutex<[String: Idle]>([:])

    /// Runs `work` on the idle connection to a server, or on a new one, which is kept then. Blocks.
    ///
    /// - Parameters:
    ///   - patience: how long the server may take to answer before it counts as mute.
    ///   - connect: makes a connection before a deadline.
    func use<Result>(
        _ server: some LocalServer, patience: Duration, connect: (ContinuousClock.Instant) throws -> Connection,
        _ work: (Connection, ContinuousClock.Instant) throws -> Result
    ) throws -> Result {
        let process = server.runningProcess()
        if let kept = take(server.directory, process) {
            do {
                let result = try work(kept, .now + patience)
                keep(kept, server.directory, process)
                return result
            } catch EngineError.sql(_, state: "08006") {
                // The server has ended this session; a new one tells whether it still runs.
            }
        }
        let fresh = try connect(.now + min(patience, AdministratorPatience.standard))
        let result = try work(fresh, .now + patience)
        keep(fresh, server.directory, process)
        return result
    }

    /// The idle connection to the server of a directory, if that is still the same process.
    private func take(_ directory: String, _ process: ProcessIdentity?) -> Connection? {
        guard let found = idle.withLock({ $0.removeValue(forKey: directory) }), found.process == process,
            found.connection.openedAt + longestLife > .now
        else { return nil }
        return found.connection
    }

    private func keep(_ connection: Connection, _ directory: String, _ process: ProcessIdentity?) {
        idle.withLock { idle in
            if idle.count < idleLimit { idle[directory] = Idle(connection: connection, process: process) }
        }
    }

    /// Closes the idle connection to a server.
    func drop(_ directory: String) { idle.withLock { _ = $0.removeValue(forKey: directory) } }
}
