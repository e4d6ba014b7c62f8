import Synchronization

/// A connection of the control plane to a server.
protocol AdministratorConnection: Sendable {
    var openedAt: ContinuousClock.Instant { get }
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

    /// The idle connection to the server of a directory, if that is still the same process.
    func take(_ directory: String, _ process: ProcessIdentity?) -> Connection? {
        guard let found = idle.withLock({ $0.removeValue(forKey: directory) }), found.process == process,
            found.connection.openedAt + longestLife > .now
        else { return nil }
        return found.connection
    }

    func keep(_ connection: Connection, _ directory: String, _ process: ProcessIdentity?) {
        idle.withLock { idle in
            if idle.count < idleLimit { idle[directory] = Idle(connection: connection, process: process) }
        }
    }

    /// Closes the idle connection to a server.
    func drop(_ directory: String) { idle.withLock { _ = $0.removeValue(forKey: directory) } }
}
