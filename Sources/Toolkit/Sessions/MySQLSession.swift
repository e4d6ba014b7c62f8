internal import CMariaDB
public import DatabaseURLs
internal import Foundation

/// A connection through MariaDB's client library, which speaks to MySQL as well.
public final class MySQLSession: SQLSession {
    public let dialect = Dialect.mysql
    public var onNotice: ((String) -> Void)?
    var handle: UnsafeMutablePointer<MYSQL>?
    /// What `LOAD DATA LOCAL` reads, while one runs.
    var infile: InfileSource?

    public init(_ address: DatabaseAddress) throws {
        handle = mysql_init(nil)
        guard let handle else { throw SQLFailure("out of memory", isConnection: true) }
        do {
            try Self.configure(handle, address)
            try connect(handle, address)
        } catch {
            close()
            throw error
        }
    }

    deinit { close() }

    public func close() {
        if let handle { mysql_close(handle) }
        handle = nil
    }

    private static func configure(_ handle: UnsafeMutablePointer<MYSQL>, _ address: DatabaseAddress) throws {
        var seconds = UInt32(Sessions.connectTimeoutSeconds)
        mysql_options(handle, MYSQL_OPT_CONNECT_TIMEOUT, &seconds)
        mysql_options(handle, MYSQL_SET_CHARSET_NAME, "utf8mb4")
        // Only our own data is ever sent for LOAD DATA LOCAL: the handler never opens a file that a server names.
        var local: UInt32 = 1
        mysql_options(handle, MYSQL_OPT_LOCAL_INFILE, &local)
        let mode = address.effectiveTLS
        guard mode != .verifyCA else {
            throw ToolkitError("MySQL's client library checks the name with the certificate: take sslmode=verify-full")
        }
        guard mode == .require || mode.verifies else { return }
        var yes: CChar = 1
        var verify: CChar = mode.verifies ? 1 : 0
        mysql_options(handle, MYSQL_OPT_SSL_ENFORCE, &yes)
        mysql_options(handle, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &verify)
        if let file = address.caFile {
            guard access(file, R_OK) == 0 else { throw ToolkitError("the CA bundle \(file) cannot be read") }
            mysql_options(handle, MYSQL_OPT_SSL_CA, file)
        }
    }

    private func connect(_ handle: UnsafeMutablePointer<MYSQL>, _ address: DatabaseAddress) throws {
        // "localhost" means a socket to the library; an address means what it says.
        let host = address.host.lowercased() == "localhost" && address.socket == nil ? "127.0.0.1" : address.host
        let connected = mysql_real_connect(
            handle, address.socket == nil ? host : nil, address.user, address.password ?? "",
            address.database.isEmpty ? nil : address.database, UInt32(address.port), address.socket,
            UInt(CLIENT_MULTI_RESULTS))
        guard connected != nil else {
            throw SQLFailure(String(cString: mysql_error(handle)), code: Self.code(handle), isConnection: true)
        }
        mysql_set_local_infile_handler(
            handle, InfileSource.begin, InfileSource.read, InfileSource.end, InfileSource.error,
            Unmanaged.passUnretained(self).toOpaque())
    }

    public var isInTransaction: Bool { handle.map { $0.pointee.server_status & 1 != 0 } ?? false }

    @discardableResult public func run(_ statement: String) throws -> Outcome {
        try send(statement)
        let words = CommandTag.words(of: statement, dialect)
        var last = try outcome(words)
        while let handle, mysql_more_results(handle) != 0 {
            guard mysql_next_result(handle) == 0 else { throw failure() }
            let more = try outcome(words)
            if !more.columns.isEmpty { last = more }
        }
        try tellWarnings()
        return last
    }

    func send(_ statement: String) throws {
        guard let handle else { throw SQLFailure("not connected", isConnection: true) }
        let status = Array(statement.utf8).withUnsafeBytes {
            mysql_real_query(handle, $0.baseAddress?.assumingMemoryBound(to: CChar.self), UInt($0.count))
        }
        guard status == 0 else { throw failure() }
    }

    private func outcome(_ words: [String]) throws -> Outcome {
        guard let handle else { throw SQLFailure("not connected", isConnection: true) }
        guard let result = mysql_store_result(handle) else {
            if mysql_field_count(handle) != 0 { throw failure() }
            let affected = Int(truncatingIfNeeded: mysql_affected_rows(handle))
            return Outcome(tag: CommandTag.make(words, affected: affected, returned: nil))
        }
        defer { mysql_free_result(result) }
        let count = Int(mysql_num_fields(result))
        let fields = mysql_fetch_fields(result)
        let columns = (0..<count).map { index in fields.map { String(cString: $0[index].name) } ?? "" }
        var rows: [[String?]] = []
        while let row = mysql_fetch_row(result), let lengths = mysql_fetch_lengths(result) {
            rows.append(
                (0..<count).map { column in
                    row[column].map {
                        String(decoding: UnsafeRawBufferPointer(start: $0, count: Int(lengths[column])), as: UTF8.self)
                    }
                })
        }
        return Outcome(tag: CommandTag.make(words, affected: 0, returned: rows.count), columns: columns, rows: rows)
    }

    /// MySQL keeps its notices until they are asked for.
    private func tellWarnings() throws {
        guard let handle, let onNotice, mysql_warning_count(handle) > 0 else { return }
        try send("SHOW WARNINGS LIMIT 20")
        for row in try outcome(["SHOW"]).rows where row.count == 3 {
            onNotice("\((row[0] ?? "Note").uppercased()):  \(row[2] ?? "")")
        }
    }

    public func rows(_ query: String, _ values: [String?]) throws -> [[String?]] {
        let parts = query.split(separator: "?", omittingEmptySubsequences: false)
        guard !values.isEmpty else { return try run(query).rows }
        precondition(parts.count == values.count + 1, "as many values as question marks")
        return try run(zip(parts, values.map(Self.literal) + [""]).map { $0 + $1 }.joined()).rows
    }

    /// A value as a literal made of digits alone, so that nothing in it can be read as SQL.
    static func literal(_ value: String?) -> String {
        guard let value else { return "NULL" }
        return value.isEmpty ? "''" : "_utf8mb4 0x" + value.utf8.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    func failure() -> SQLFailure {
        guard let handle else { return SQLFailure("not connected", isConnection: true) }
        let number = mysql_errno(handle)
        // CR_SERVER_GONE_ERROR, CR_SERVER_LOST
        return SQLFailure(
            String(cString: mysql_error(handle)), code: Self.code(handle), isConnection: number == 2006 || number == 2013)
    }

    private static func code(_ handle: UnsafeMutablePointer<MYSQL>) -> String {
        "\(mysql_errno(handle)), \(String(cString: mysql_sqlstate(handle)))"
    }
}
