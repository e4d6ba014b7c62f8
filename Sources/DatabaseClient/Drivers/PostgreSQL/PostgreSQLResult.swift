internal import CLibPQ

/// An answer of libpq, kept as it is: values are read when they are asked for.
final class PostgreSQLResult: RowStorage, @unchecked Sendable {
    let pointer: OpaquePointer

    init(_ pointer: OpaquePointer) { self.pointer = pointer }
    deinit { PQclear(pointer) }

    var rowCount: Int { Int(PQntuples(pointer)) }

    func rowSet() -> RowSet {
        let names = (0..<PQnfields(pointer)).map { String(cString: PQfname(pointer, $0)) }
        let affected = Int(String(cString: PQcmdTuples(pointer))) ?? 0
        return RowSet(storage: self, columns: ColumnNames(names), affectedRows: affected)
    }

    func isNull(row: Int, column: Int) -> Bool { PQgetisnull(pointer, Int32(row), Int32(column)) == 1 }

    func text(row: Int, column: Int) -> String? {
        if isNull(row: row, column: column) { return nil }
        return String(decoding: bytes(row, column), as: UTF8.self)
    }

    func value(row: Int, column: Int) -> SQLValue {
        guard let text = text(row: row, column: column) else { return .null }
        switch PQftype(pointer, Int32(column)) {
        case 16: return .bool(text == "t")
        case 20, 21, 23, 26: return Int64(text).map(SQLValue.int) ?? .text(text)
        case 700, 701: return Double(text).map(SQLValue.double) ?? .text(text)
        case 17: return Self.bytea(text).map(SQLValue.bytes) ?? .text(text)
        default: return .text(text)
        }
    }

    private func bytes(_ row: Int, _ column: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(
            start: PQgetvalue(pointer, Int32(row), Int32(column)), count: Int(PQgetlength(pointer, Int32(row), Int32(column))))
    }

    /// `\x6d61`, PostgreSQL's form since 9.0.
    private static func bytea(_ text: String) -> [UInt8]? {
        let digits = Array(text.utf8)
        guard digits.starts(with: Array("\\x".utf8)), digits.count % 2 == 0 else { return nil }
        return stride(from: 2, to: digits.count, by: 2).map { digit(digits[$0]) << 4 | digit(digits[$0 + 1]) }
    }

    private static func digit(_ byte: UInt8) -> UInt8 { byte < 0x3A ? byte - 0x30 : (byte | 0x20) - 0x57 }

    func error() -> ServerError {
        func field(_ code: Unicode.Scalar) -> String? {
            PQresultErrorField(pointer, Int32(code.value)).map { String(cString: $0) }
        }
        var error = ServerError(sqlState: field("C") ?? "XX000", message: field("M") ?? "no message")
        // `V` is never translated, unlike `S`.
        error.severity = field("V") ?? "ERROR"
        error.detail = field("D")
        error.hint = field("H")
        error.constraint = field("n")
        error.position = field("P").flatMap { Int($0) }
        // libpq's own account of a lost connection has no SQLSTATE.
        if field("C") == nil {
            error = ServerError(sqlState: "08006", message: String(cString: PQresultErrorMessage(pointer)))
            error.severity = "FATAL"
        }
        return error
    }
}
