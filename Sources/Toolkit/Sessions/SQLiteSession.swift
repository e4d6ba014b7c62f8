public import DatabaseURLs
internal import Foundation
internal import GRDBSQLite

/// A SQLite file.
public final class SQLiteSession: SQLSession {
    public let dialect = Dialect.sqlite
    public var onNotice: ((String) -> Void)?
    let path: String
    var handle: OpaquePointer?

    /// - Parameter creates: false refuses a file that is not there.
    public init(_ path: String, creates: Bool = false) throws {
        self.path = path
        let flags = SQLITE_OPEN_READWRITE | (creates ? SQLITE_OPEN_CREATE : 0)
        guard sqlite3_open_v2(path, &handle, flags, nil) == SQLITE_OK else {
            let reason = creates || FileManager.default.fileExists(atPath: path) ? message : "there is no such file"
            close()
            throw SQLFailure("\(path): \(reason)", isConnection: true)
        }
        sqlite3_busy_timeout(handle, 5_000)
        do {
            // The file is only looked at when it is used first.
            try run("SELECT count(*) FROM sqlite_master")
        } catch let failure as SQLFailure {
            close()
            let holders = failure.code == String(SQLITE_BUSY) ? try FileHolders.list(path).map { "\n  by \($0.words)" } : []
            throw SQLFailure("\(path): \(failure.message)\(holders.joined())", isConnection: true)
        }
    }

    deinit { close() }

    public func close() {
        sqlite3_close_v2(handle)
        handle = nil
    }

    private var message: String { handle.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory" }

    public var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }

    @discardableResult public func run(_ statement: String) throws -> Outcome { try run(statement, []) }

    public func rows(_ query: String, _ values: [String?]) throws -> [[String?]] { try run(query, values).rows }

    private func run(_ statement: String, _ values: [String?]) throws -> Outcome {
        let prepared = try prepare(statement)
        defer { sqlite3_finalize(prepared) }
        let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)
        for (index, value) in values.enumerated() {
            if let value {
                // With its length: a text may have a NUL inside.
                sqlite3_bind_text(prepared, Int32(index + 1), value, Int32(value.utf8.count), transient)
            } else {
                sqlite3_bind_null(prepared, Int32(index + 1))
            }
        }
        let columns = (0..<sqlite3_column_count(prepared)).map { String(cString: sqlite3_column_name(prepared, $0)) }
        let before = sqlite3_total_changes(handle)
        var rows: [[String?]] = []
        while try step(prepared) { rows.append(Self.row(prepared, columns.count)) }
        let words = CommandTag.words(of: statement, dialect)
        // The total tells whether anything was changed, triggers' rows among them; the other number is of the last that did.
        let affected = sqlite3_total_changes(handle) == before ? 0 : Int(sqlite3_changes(handle))
        let tag = CommandTag.make(words, affected: affected, returned: columns.isEmpty ? nil : rows.count)
        return Outcome(tag: tag, columns: columns, rows: rows)
    }

    func prepare(_ statement: String) throws -> OpaquePointer? {
        var prepared: OpaquePointer?
        guard sqlite3_prepare_v2(handle, statement, -1, &prepared, nil) == SQLITE_OK else { throw failure(in: statement) }
        return prepared
    }

    /// True when there is a row.
    func step(_ prepared: OpaquePointer?) throws -> Bool {
        switch sqlite3_step(prepared) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default: throw failure(in: "")
        }
    }

    private func failure(in statement: String) -> SQLFailure {
        var failure = SQLFailure(message, code: String(sqlite3_extended_errcode(handle)))
        let offset = Int(sqlite3_error_offset(handle))
        if offset >= 0, offset <= statement.utf8.count {
            failure.position = String(decoding: statement.utf8.prefix(offset), as: UTF8.self).unicodeScalars.count + 1
        }
        return failure
    }

    private static func row(_ prepared: OpaquePointer?, _ count: Int) -> [String?] {
        (0..<Int32(count)).map { column in
            guard let text = sqlite3_column_text(prepared, column) else { return nil }
            let length = Int(sqlite3_column_bytes(prepared, column))
            return String(decoding: UnsafeBufferPointer(start: text, count: length), as: UTF8.self)
        }
    }
}
