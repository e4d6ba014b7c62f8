internal import CMariaDB
internal import Foundation

/// A connection through libmariadb's non-blocking calls: a loop waits for its socket.
///
/// One task uses it at a time, which the pool sees to; hence `@unchecked`.
final class MariaDBConnection: DriverConnection, @unchecked Sendable {
    let pointer: UnsafeMutablePointer<MYSQL>
    let readiness: Readiness
    var statements = MariaDBStatements()
    private(set) var isBroken = false
    private let closing = CloseOnce()
    private let socketEnd: SocketEnd
    /// Ends the running statement of a session, through a connection of its own.
    let kill: @Sendable (UInt) async -> Void

    /// - Parameter pointer: a connection that is established.
    init(_ pointer: UnsafeMutablePointer<MYSQL>, kill: @escaping @Sendable (UInt) async -> Void) {
        self.pointer = pointer
        self.kill = kill
        socketEnd = SocketEnd(of: Int32(mysql_get_socket(pointer)))
        readiness = Readiness(socketEnd.socket)
    }

    deinit {
        statements.closeAll()
        mysql_close(pointer)
    }

    func abort() {
        closing.run { socketEnd.shutDown() }
        readiness.wake()
    }

    /// As `abort`, by the task that uses the connection: a call that is under way ends in any case.
    func giveUp() {
        markBroken()
        abort()
        shutdown(descriptor, Int32(SHUT_RDWR))
    }

    var descriptor: Int32 { socketEnd.descriptor }
    var sessionID: UInt { UInt(mysql_thread_id(pointer)) }
    func markBroken() { isBroken = true }

    var hasHungUp: Bool { isBroken || closing.isDone || !IdleSocket.isSilent(descriptor) }

    private var isInTransaction: Bool { pointer.pointee.server_status & UInt32(SERVER_STATUS_IN_TRANS) != 0 }
    var isReusable: Bool { !isBroken && !closing.isDone && !isInTransaction }
    var transaction: TransactionState { isInTransaction ? .open : .none }

    func isAlive() async -> Bool {
        do {
            var wait = MariaDBWait(self, StatementLimits(timeout: .seconds(5)))
            try wait.begin()
            let pointer = pointer
            var result: Int32 = 1
            try await wait.drive({ mysql_ping_start(&result, pointer) }, { mysql_ping_cont(&result, pointer, $0) })
            await wait.settle()
            return result == 0 && isReusable
        } catch {
            return false
        }
    }

    func script(_ text: String, _ limits: StatementLimits) async throws(DriverFailure) {
        var wait = MariaDBWait(self, limits)
        try wait.begin()
        let pointer = pointer
        let length = UInt(text.utf8.count)
        var result: Int32 = 1
        let copy = MariaDBText(text)
        try await wait.drive(
            { mysql_real_query_start(&result, pointer, copy.pointer, length) }, { mysql_real_query_cont(&result, pointer, $0) })
        await wait.settle()
        guard result == 0 else { throw wait.meaning(of: error) }
        // Control statements have no rows; others of the text are read and dropped.
        while true {
            if let rows = mysql_store_result(pointer) { mysql_free_result(rows) }
            guard mysql_more_results(pointer) != 0 else { return }
            guard mysql_next_result(pointer) <= 0 else { throw wait.meaning(of: error) }
        }
    }

    /// The last error of the connection.
    var error: ServerError {
        ServerError(
            sqlState: String(cString: mysql_sqlstate(pointer)), code: Int(mysql_errno(pointer)),
            message: String(cString: mysql_error(pointer)))
    }
}

/// A C string that lives as long as a call that goes on.
final class MariaDBText: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<CChar>?
    init(_ text: String?) { pointer = text.map { strdup($0) } ?? nil }
    deinit { free(pointer) }
}
