internal import CLibPQ
internal import CMariaDB
internal import DatabaseURLs
internal import Foundation
internal import GRDBSQLite

/// The rows of a query, fetched piece by piece as lines.
protocol RowSource: AnyObject {
    /// Adds whole lines until there are at least `limitBytes`; the number of rows, 0 at the end.
    func read(into lines: inout [UInt8], limitBytes: Int) throws -> Int

    /// Leaves the session, in the thread that reads. One whose rows were not all read is of no use afterwards.
    func close()
}

enum RowSources {
    /// - Parameters:
    ///   - query: a SELECT whose columns are texts already.
    ///   - isNative: the rows go into the same engine; SQLite's values are its literals then.
    static func open(_ query: String, _ session: any SQLSession, isNative: Bool = false) throws -> any RowSource {
        if let server = session as? PostgreSQLSession { return try PostgreSQLRows(query, server) }
        if let server = session as? MySQLSession { return try MySQLRows(query, server) }
        guard let file = session as? SQLiteSession else { throw ToolkitError("no rows can be read from this session") }
        return try SQLiteRows(query, file, asLiterals: isNative)
    }
}

final class PostgreSQLRows: RowSource {
    private let session: PostgreSQLSession
    private var isOver = false

    init(_ query: String, _ session: PostgreSQLSession) throws {
        self.session = session
        try session.beginCopyOut("COPY (\(query)) TO STDOUT")
    }

    func read(into lines: inout [UInt8], limitBytes: Int) throws -> Int {
        var rows = 0
        while !isOver, lines.count < limitBytes {
            if try session.nextCopyLine(into: &lines) { rows += 1 } else { isOver = true }
        }
        return rows
    }

    /// A session in the middle of a COPY can only be closed.
    func close() {}
}

final class MySQLRows: RowSource {
    private let session: MySQLSession
    private var result: UnsafeMutablePointer<MYSQL_RES>?
    private let count: Int
    private var isOver = false

    init(_ query: String, _ session: MySQLSession) throws {
        try session.send(query)
        guard let handle = session.handle, let result = mysql_use_result(handle) else { throw session.failure() }
        self.session = session
        self.result = result
        count = Int(mysql_num_fields(result))
    }

    deinit { close() }

    func close() {
        guard let result else { return }
        // The library would read away what nobody asked for: the rest of the table, however long that takes.
        if !isOver, let handle = session.handle { shutdown(Int32(mysql_get_socket(handle)), Int32(SHUT_RDWR)) }
        mysql_free_result(result)
        self.result = nil
    }

    func read(into lines: inout [UInt8], limitBytes: Int) throws -> Int {
        var rows = 0
        while !isOver, lines.count < limitBytes {
            guard let row = mysql_fetch_row(result), let lengths = mysql_fetch_lengths(result) else {
                isOver = true
                if let handle = session.handle, mysql_errno(handle) != 0 { throw session.failure() }
                break
            }
            for column in 0..<count {
                if column > 0 { lines.append(0x09) }
                guard let text = row[column] else {
                    LineText.appendNull(to: &lines)
                    continue
                }
                let bytes = UnsafeRawBufferPointer(start: text, count: Int(lengths[column]))
                LineText.append(bytes.bindMemory(to: UInt8.self), to: &lines)
            }
            lines.append(0x0A)
            rows += 1
        }
        return rows
    }
}

final class SQLiteRows: RowSource {
    private let session: SQLiteSession
    private var statement: OpaquePointer?
    private let count: Int32
    private let asLiterals: Bool
    /// A statement that is asked again after its end begins anew.
    private var isOver = false

    init(_ query: String, _ session: SQLiteSession, asLiterals: Bool) throws {
        self.session = session
        self.asLiterals = asLiterals
        statement = try session.prepare(query)
        count = sqlite3_column_count(statement)
    }

    deinit { close() }

    func close() {
        sqlite3_finalize(statement)
        statement = nil
        isOver = true
    }

    func read(into lines: inout [UInt8], limitBytes: Int) throws -> Int {
        var rows = 0
        while !isOver, lines.count < limitBytes {
            guard try session.step(statement) else {
                isOver = true
                break
            }
            for column in 0..<count {
                if column > 0 { lines.append(0x09) }
                if asLiterals {
                    try SQLiteLiteral.append(statement, column, to: &lines)
                    continue
                }
                guard let text = sqlite3_column_text(statement, column) else {
                    LineText.appendNull(to: &lines)
                    continue
                }
                let length = Int(sqlite3_column_bytes(statement, column))
                LineText.append(UnsafeBufferPointer(start: text, count: length), to: &lines)
            }
            lines.append(0x0A)
            rows += 1
        }
        return rows
    }
}
