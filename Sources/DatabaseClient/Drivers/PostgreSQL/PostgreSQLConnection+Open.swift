internal import CLibPQ
internal import Foundation

/// What libpq is told.
struct PostgreSQLSettings: Sendable {
    var place: String
    /// libpq's keywords and their values.
    var parameters: [(keyword: String, value: String)]
    var preparesStatements: Bool
    var timeout: Duration
}

extension PostgreSQLConnection {
    /// - Throws: `DatabaseError.connectFailed`.
    static func open(_ settings: PostgreSQLSettings) async throws(DatabaseError) -> PostgreSQLConnection {
        let deadline = ContinuousClock.now + settings.timeout
        // Names are looked up in here, which blocks.
        let begun = await BlockingWork.run { Begun(begin(settings)) }
        guard let pointer = begun.pointer else {
            throw .connectFailed(ConnectFailure(place: settings.place, reason: "out of memory."))
        }
        let attempt = ConnectAttempt(pointer, settings)
        try await attempt.establish(until: deadline)
        PQsetErrorVerbosity(pointer, PQERRORS_DEFAULT)
        return PostgreSQLConnection(attempt.taken(), statements: StatementCache(isEnabled: settings.preparesStatements))
    }

    /// A pointer that goes from one thread to the next.
    private struct Begun: @unchecked Sendable {
        var pointer: OpaquePointer?
        init(_ pointer: OpaquePointer?) { self.pointer = pointer }
    }

    private static func begin(_ settings: PostgreSQLSettings) -> OpaquePointer? {
        var names: [UnsafePointer<CChar>?] = settings.parameters.map { UnsafePointer(strdup($0.keyword)) } + [nil]
        var values: [UnsafePointer<CChar>?] = settings.parameters.map { UnsafePointer(strdup($0.value)) } + [nil]
        defer { (names + values).forEach { free(UnsafeMutableRawPointer(mutating: $0)) } }
        let pointer = PQconnectStartParams(&names, &values, 0)
        // Only so does libpq tell the SQLSTATE of a refusal.
        if let pointer { PQsetErrorVerbosity(pointer, PQERRORS_VERBOSE) }
        return pointer
    }
}

/// A connection that is being made. It is given up unless it is taken.
private final class ConnectAttempt: @unchecked Sendable {
    private var pointer: OpaquePointer?
    private let settings: PostgreSQLSettings
    private let readiness = Readiness(.borrowed)

    init(_ pointer: OpaquePointer, _ settings: PostgreSQLSettings) {
        self.pointer = pointer
        self.settings = settings
    }

    deinit { PQfinish(pointer) }

    func taken() -> OpaquePointer {
        guard let pointer else { preconditionFailure("a connection is taken once") }
        self.pointer = nil
        return pointer
    }

    func establish(until deadline: ContinuousClock.Instant) async throws(DatabaseError) {
        var wanted = PGRES_POLLING_WRITING
        while PQstatus(pointer) != CONNECTION_BAD {
            if wanted == PGRES_POLLING_OK { return }
            guard wanted != PGRES_POLLING_FAILED else { break }
            let reading = wanted == PGRES_POLLING_READING
            switch await readiness.wait(PQsocket(pointer), reading: reading, writing: !reading, until: deadline) {
            case .timedOut:
                throw failure("no answer within \(settings.timeout.inSeconds).", hint: ConnectHint.silence)
            case .unwatchable: throw failure("its socket cannot be watched.", hint: nil)
            case .ready, .woken: wanted = PQconnectPoll(pointer)
            }
        }
        throw refusal()
    }

    private func failure(_ reason: String, hint: String?) -> DatabaseError {
        .connectFailed(ConnectFailure(place: settings.place, reason: reason, hint: hint))
    }

    private func refusal() -> DatabaseError {
        let message = String(cString: PQerrorMessage(pointer))
        if let refusal = Self.refusal(in: message) {
            return .connectFailed(
                ConnectFailure(
                    place: settings.place, reason: refusal.message + ".", refusal: refusal, hint: ConnectHint.of(refusal)))
        }
        let line = message.split(separator: "\n").first.map(String.init) ?? "no reason given"
        var failure = ConnectFailure(place: settings.place, reason: line + ".", hint: ConnectHint.of(line))
        failure.isPermanent = ConnectHint.isAboutTLS(line) || line.contains("could not translate host name")
        return .connectFailed(failure)
    }

    /// `… FATAL:  28P01: password authentication failed for user "x"`: the server's words in libpq's verbose form.
    private static func refusal(in message: String) -> ServerError? {
        for severity in ["FATAL:  ", "ERROR:  ", "PANIC:  "] {
            guard let start = message.range(of: severity) else { continue }
            let rest = message[start.upperBound...].prefix { $0 != "\n" }
            let state = rest.prefix(5)
            guard state.count == 5, rest.dropFirst(5).hasPrefix(": ") else { continue }
            var error = ServerError(sqlState: String(state), message: String(rest.dropFirst(7)))
            error.severity = String(severity.prefix(5))
            return error
        }
        return nil
    }
}
