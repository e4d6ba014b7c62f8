import CLibPQ
import Foundation

/// A connection to a server as `rdsadmin`. Blocks its thread; used by one at a time.
///
/// No wait is longer than the deadline given, whatever state the server is in.
final class PostgreSQLConnection: @unchecked Sendable, AdministratorConnection {
    /// Rows as text; nil for NULL.
    typealias Rows = [[String?]]

    struct Address {
        /// The directory with the socket.
        var directory: String
        var database: String
        var password: String
        /// The major version of the server: what it knows to keep out of its log.
        var major: Int
    }

    let openedAt = ContinuousClock.now
    /// When the wait for the present answer began.
    private var askedAt = ContinuousClock.now
    private let connection: OpaquePointer

    /// - Throws: `EngineError.sql` with the server's refusal, `EngineError.timedOut`.
    init(_ address: Address, deadline: ContinuousClock.Instant) throws {
        // A socket path must fit into `sun_path`; a descriptor's name in /proc is a short one for the same directory.
        let fits = address.directory.utf8.count + "/.s.PGSQL.5432".utf8.count <= 107
        let descriptor = fits ? nil : try Descriptor.directory(address.directory)
        let host = descriptor.map { "/proc/self/fd/\($0.number)" } ?? address.directory
        guard let connection = Self.begin(address, host: host) else { throw EngineError.outOfMemory(what: "connect") }
        self.connection = connection
        try withExtendedLifetime(descriptor) { try establish(deadline) }
        PQsetNoticeProcessor(connection, { _, _ in }, nil)
    }

    deinit { PQfinish(connection) }

    /// What admin sessions do differently: their statements, which may hold password verifiers, show up nowhere, whatever the
    /// owner of the server has told it to log.
    static func options(major: Int) -> String {
        let quiet = [
            "log_min_error_statement=panic", "log_statement=none", "log_min_duration_statement=-1", "debug_print_parse=off",
            "debug_print_rewritten=off", "debug_print_plan=off", "track_activities=off", "pg_stat_statements.track=none",
            "pgaudit.log=none", "auto_explain.log_min_duration=-1",
        ]
        let sampling =
            (major >= 12 ? ["log_transaction_sample_rate=0"] : []) + (major >= 13 ? ["log_min_duration_sample=-1"] : [])
        let firm = [
            "statement_timeout=60000", "lock_timeout=30000", "search_path=pg_catalog", "synchronous_commit=on",
            "default_transaction_read_only=off", "standard_conforming_strings=on", "session_replication_role=origin",
        ]
        return (quiet + sampling + firm).map { "-c \($0)" }.joined(separator: " ")
    }

    private static func begin(_ address: Address, host: String) -> OpaquePointer? {
        let parameters = [
            ("host", host), ("port", "5432"), ("user", "rdsadmin"), ("password", address.password),
            ("dbname", address.database), ("application_name", "martlet"), ("client_encoding", "UTF8"),
            ("sslmode", "disable"), ("gssencmode", "disable"), ("options", options(major: address.major)),
        ]
        var names: [UnsafePointer<CChar>?] = parameters.map { UnsafePointer(strdup($0.0)) } + [nil]
        var values: [UnsafePointer<CChar>?] = parameters.map { UnsafePointer(strdup($0.1)) } + [nil]
        defer { (names + values).forEach { free(UnsafeMutableRawPointer(mutating: $0)) } }
        return PQconnectStartParams(&names, &values, 0)
    }

    private func establish(_ deadline: ContinuousClock.Instant) throws {
        var wanted = PGRES_POLLING_WRITING
        while PQstatus(connection) != CONNECTION_BAD {
            if wanted == PGRES_POLLING_OK { return }
            guard wanted != PGRES_POLLING_FAILED else { break }
            try wait(for: wanted == PGRES_POLLING_READING ? POLLIN : POLLOUT, deadline)
            wanted = PQconnectPoll(connection)
        }
        throw EngineError.sql(message: message, state: Self.state(ofRefusal: message))
    }

    /// libpq keeps the SQLSTATE of a refused connection to itself; the server speaks English (`lc_messages = C`).
    static func state(ofRefusal message: String) -> String {
        if message.contains("password authentication failed") { return "28P01" }
        return message.contains("database") && message.contains("does not exist") ? "3D000" : "08006"
    }

    /// Runs statements without parameters, as one transaction unless they say otherwise; the rows of the last one.
    @discardableResult
    func run(_ statements: String, deadline: ContinuousClock.Instant) throws -> Rows {
        askedAt = .now
        guard PQsendQuery(connection, statements) == 1 else { throw EngineError.sql(message: message, state: "08006") }
        var rows: Rows = []
        var failure: EngineError?
        while let result = try next(deadline) {
            defer { PQclear(result) }
            switch PQresultStatus(result) {
            case PGRES_TUPLES_OK: rows = Self.rows(result)
            case PGRES_COMMAND_OK, PGRES_EMPTY_QUERY: rows = []
            default: failure = failure ?? Self.failure(result)
            }
        }
        if let failure { throw failure }
        return rows
    }

    private func next(_ deadline: ContinuousClock.Instant) throws -> OpaquePointer? {
        while PQflush(connection) == 1 { try wait(for: POLLOUT, deadline) }
        while PQisBusy(connection) == 1 {
            try wait(for: POLLIN, deadline)
            guard PQconsumeInput(connection) == 1 else { throw EngineError.sql(message: message, state: "08006") }
        }
        return PQgetResult(connection)
    }

    private func wait(for events: Int32, _ deadline: ContinuousClock.Instant) throws {
        _ = try AnswerWait.events(events, at: PQsocket(connection), asked: askedAt, until: deadline)
    }

    private var message: String {
        String(cString: PQerrorMessage(connection)).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private static func rows(_ result: OpaquePointer) -> Rows {
        (0..<PQntuples(result)).map { row in
            (0..<PQnfields(result)).map { column in
                PQgetisnull(result, row, column) == 1 ? nil : String(cString: PQgetvalue(result, row, column))
            }
        }
    }

    private static func failure(_ result: OpaquePointer) -> EngineError {
        func field(_ code: Unicode.Scalar) -> String? {
            PQresultErrorField(result, Int32(code.value)).map { String(cString: $0) }
        }
        let message = field("M") ?? "no message"
        return switch field("C") ?? "XX000" {
        case "53100": .diskFull(what: message)
        case "53200": .outOfMemory(what: message)
        case let state: .sql(message: message, state: state)
        }
    }
}
