internal import CLibPQ
public import DatabaseURLs
internal import Foundation

/// A connection through libpq.
public final class PostgreSQLSession: SQLSession {
    public let dialect = Dialect.postgresql
    public var onNotice: ((String) -> Void)?
    var connection: OpaquePointer?

    public init(_ address: DatabaseAddress) throws {
        let opened = Self.connect(Self.parameters(address))
        connection = opened
        guard let opened, PQstatus(opened) == CONNECTION_OK else {
            let message = opened.map { Self.text(PQerrorMessage($0)) } ?? "out of memory"
            close()
            throw SQLFailure(message, isConnection: true)
        }
        let box = Unmanaged.passUnretained(self).toOpaque()
        PQsetNoticeProcessor(
            opened,
            { context, message in
                guard let context, let message else { return }
                let session = Unmanaged<PostgreSQLSession>.fromOpaque(context).takeUnretainedValue()
                session.onNotice?(String(cString: message).trimmingCharacters(in: .newlines))
            }, box)
    }

    deinit { close() }

    public func close() {
        if let connection { PQfinish(connection) }
        connection = nil
    }

    /// The password goes by memory: neither an argument nor the environment holds it.
    static func parameters(_ address: DatabaseAddress) -> [(String, String)] {
        var all = [
            ("host", address.socket ?? address.host), ("port", String(address.port)), ("dbname", address.database),
            ("application_name", "martlet db"), ("client_encoding", "UTF8"), ("sslmode", address.effectiveTLS.rawValue),
            ("connect_timeout", String(Sessions.connectTimeoutSeconds)),
        ]
        if !address.user.isEmpty { all.append(("user", address.user)) }
        if let password = address.password { all.append(("password", password)) }
        if let file = address.caFile { all.append(("sslrootcert", file)) }
        return all.filter { address.options[$0.0] == nil } + address.options.sorted { $0.key < $1.key }
    }

    private static func connect(_ parameters: [(String, String)]) -> OpaquePointer? {
        var names: [UnsafePointer<CChar>?] = parameters.map { UnsafePointer(strdup($0.0)) } + [nil]
        var values: [UnsafePointer<CChar>?] = parameters.map { UnsafePointer(strdup($0.1)) } + [nil]
        defer { (names + values).forEach { free(UnsafeMutableRawPointer(mutating: $0)) } }
        return PQconnectdbParams(&names, &values, 0)
    }

    public var isInTransaction: Bool {
        guard let connection else { return false }
        let status = PQtransactionStatus(connection)
        return status == PQTRANS_INTRANS || status == PQTRANS_INERROR
    }

    @discardableResult public func run(_ statement: String) throws -> Outcome {
        let result = PQexec(connection, statement)
        defer { PQclear(result) }
        return try outcome(result)
    }

    public func rows(_ query: String, _ values: [String?]) throws -> [[String?]] {
        guard !values.isEmpty else { return try run(query).rows }
        let copies: [UnsafeMutablePointer<CChar>?] = values.map { $0.map { strdup($0) } ?? nil }
        defer { copies.forEach { free($0) } }
        let pointers: [UnsafePointer<CChar>?] = copies.map { $0.map { UnsafePointer($0) } }
        let result = PQexecParams(connection, query, Int32(values.count), nil, pointers, nil, nil, 0)
        defer { PQclear(result) }
        return try outcome(result).rows
    }

    func outcome(_ result: OpaquePointer?) throws -> Outcome {
        switch PQresultStatus(result) {
        case PGRES_TUPLES_OK:
            let columns = (0..<PQnfields(result)).map { Self.text(PQfname(result, $0)) }
            return Outcome(tag: Self.text(PQcmdStatus(result)), columns: columns, rows: Self.rows(result))
        case PGRES_COMMAND_OK, PGRES_EMPTY_QUERY, PGRES_COPY_IN, PGRES_COPY_OUT:
            return Outcome(tag: Self.text(PQcmdStatus(result)))
        default: throw failure(result)
        }
    }

    private static func rows(_ result: OpaquePointer?) -> [[String?]] {
        (0..<PQntuples(result)).map { row in
            (0..<PQnfields(result)).map { column in
                PQgetisnull(result, row, column) == 1 ? nil : String(cString: PQgetvalue(result, row, column))
            }
        }
    }

    func failure(_ result: OpaquePointer?) -> SQLFailure {
        func field(_ code: Unicode.Scalar) -> String? {
            PQresultErrorField(result, Int32(code.value)).map { String(cString: $0) }
        }
        let isOver = PQstatus(connection) != CONNECTION_OK
        guard let message = field("M") else {
            return SQLFailure(connection.map { Self.text(PQerrorMessage($0)) } ?? "not connected", isConnection: isOver)
        }
        var failure = SQLFailure(message, code: field("C"), isConnection: isOver)
        failure.detail = field("D")
        failure.hint = field("H")
        failure.position = field("P").flatMap { Int($0) }
        return failure
    }

    static func text(_ pointer: UnsafePointer<CChar>?) -> String {
        pointer.map { String(cString: $0).trimmingCharacters(in: .whitespacesAndNewlines) } ?? ""
    }
}
