internal import CMariaDB
internal import Foundation

/// The waiting for one call of libmariadb: its deadline, and its cancellation.
///
/// A call that has begun must be brought to its end; where the server does not answer, its socket is shut, which ends it.
struct MariaDBWait {
    private enum Phase: Equatable {
        case running
        case cancelling(byTimeout: Bool)
        case givenUp
    }

    private let connection: MariaDBConnection
    private let limits: StatementLimits
    private var phase = Phase.running
    private var deadline: ContinuousClock.Instant?
    private var cancel: Task<Void, Never>?

    init(_ connection: MariaDBConnection, _ limits: StatementLimits) {
        self.connection = connection
        self.limits = limits
    }

    /// - Throws: `cancelled` when the task is cancelled before anything was sent.
    mutating func begin() throws(DriverFailure) {
        guard !connection.isBroken else { throw .lost("The connection was lost before.", wasSent: false) }
        guard !Task.isCancelled else { throw .cancelled }
        connection.readiness.clearWake()
        deadline = limits.timeout.map { ContinuousClock.now + $0 }
    }

    /// Runs a `…_start` and its `…_cont` until the call is over. The flags of MYSQL_WAIT_… say what it waits for.
    mutating func drive(_ start: () -> Int32, _ proceed: (Int32) -> Int32) async throws(DriverFailure) {
        martlet_mariadb_forget_errors()
        var status = start()
        while status != 0 {
            let ready = await step(status)
            // The thread may be another now.
            martlet_mariadb_forget_errors()
            status = proceed(ready)
        }
        if phase == .givenUp { throw .lost("The server did not answer.", wasSent: true) }
    }

    private mutating func step(_ status: Int32) async -> Int32 {
        let ready = status & (MYSQL_WAIT_READ | MYSQL_WAIT_WRITE)
        while true {
            switch await wait(status) {
            case .ready: return ready
            case .woken where phase == .running: startCancel(byTimeout: false)
            case .timedOut where phase == .running: startCancel(byTimeout: true)
            case .woken: continue
            case .timedOut, .unwatchable:
                phase = .givenUp
                deadline = nil
                connection.giveUp()
                return ready
            }
        }
    }

    private func wait(_ status: Int32) async -> Readiness.Outcome {
        let readiness = connection.readiness
        let descriptor = connection.descriptor
        let reading = status & MYSQL_WAIT_READ != 0
        let writing = status & MYSQL_WAIT_WRITE != 0
        let until = deadline
        // A cancelled task's handler would wake each wait at once.
        guard phase == .running else {
            return await readiness.wait(descriptor, reading: reading, writing: writing, until: until)
        }
        return await withTaskCancellationHandler {
            await readiness.wait(descriptor, reading: reading, writing: writing, until: until)
        } onCancel: {
            readiness.wake()
        }
    }

    private mutating func startCancel(byTimeout: Bool) {
        phase = .cancelling(byTimeout: byTimeout)
        deadline = ContinuousClock.now + limits.cancelGrace
        let kill = connection.kill
        let session = connection.sessionID
        cancel = Task { await kill(session) }
    }

    /// A KILL that arrives late could hit the next statement: after one, the connection is not used again.
    func settle() async {
        guard let cancel else { return }
        connection.markBroken()
        await cancel.value
    }

    func meaning(of error: ServerError) -> DriverFailure {
        // 2000 to 2999 are the client library's own: the connection is gone. 1053, 1927: the server shuts down, or killed it.
        if (2000..<3000).contains(error.code) || error.code == 1053 || error.code == 1927 {
            connection.markBroken()
            return .lost(error.message, wasSent: true)
        }
        guard error.isCancelled, case .cancelling(let byTimeout) = phase else { return .server(error) }
        return byTimeout ? .timedOut(limits.timeout ?? .zero) : .cancelled
    }
}
