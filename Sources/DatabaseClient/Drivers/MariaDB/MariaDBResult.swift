internal import CMariaDB
internal import Foundation

/// The answer of a prepared statement, read into values.
enum MariaDBResult {
    struct Column {
        var name: String
        var type: enum_field_types
        var isUnsigned: Bool
        var isBinary: Bool
        /// The longest value, once the answer is stored.
        var maxLength: Int
    }

    /// Empty for a statement without rows.
    static func columns(of statement: UnsafeMutablePointer<MYSQL_STMT>) -> [Column] {
        guard let meta = mysql_stmt_result_metadata(statement) else { return [] }
        defer { mysql_free_result(meta) }
        return (0..<Int(mysql_num_fields(meta))).map { index in
            let field = mysql_fetch_field_direct(meta, UInt32(index)).pointee
            return Column(
                name: String(cString: field.name), type: field.type, isUnsigned: field.flags & UInt32(UNSIGNED_FLAG) != 0,
                isBinary: field.charsetnr == 63, maxLength: Int(field.max_length))
        }
    }

    /// - Parameter columns: as they are once the answer is stored.
    /// - Returns: nil when memory ran out or the answer is damaged; the statement has the error.
    static func rows(of statement: UnsafeMutablePointer<MYSQL_STMT>, _ columns: [Column]) -> [[SQLValue]]? {
        let cells = Cells(columns)
        guard mysql_stmt_bind_result(statement, cells.binds) == 0 else { return nil }
        var rows: [[SQLValue]] = []
        rows.reserveCapacity(Int(truncatingIfNeeded: mysql_stmt_num_rows(statement)))
        while true {
            switch mysql_stmt_fetch(statement) {
            case 0: rows.append(cells.values())
            case MYSQL_NO_DATA: return rows
            default: return nil
            }
        }
    }

    /// The memory that one row is fetched into.
    private final class Cells {
        let columns: [Column]
        let binds: UnsafeMutablePointer<MYSQL_BIND>
        /// What a fetch says of each column. The library copies the binds, so what it writes must be pointed to.
        private let lengths: UnsafeMutablePointer<UInt>
        private let nulls: UnsafeMutablePointer<my_bool>
        private var buffers: [UnsafeMutableRawPointer] = []

        init(_ columns: [Column]) {
            self.columns = columns
            binds = .allocate(capacity: columns.count)
            binds.initialize(repeating: MYSQL_BIND(), count: columns.count)
            lengths = .allocate(capacity: columns.count)
            lengths.initialize(repeating: 0, count: columns.count)
            nulls = .allocate(capacity: columns.count)
            nulls.initialize(repeating: 0, count: columns.count)
            for (index, column) in columns.enumerated() {
                let size = column.isNumber ? 8 : column.maxLength + 1
                let buffer = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 8)
                buffers.append(buffer)
                binds[index].buffer_type = column.boundType
                binds[index].buffer = buffer
                binds[index].buffer_length = UInt(size)
                binds[index].length = lengths + index
                binds[index].is_null = nulls + index
                binds[index].is_unsigned = column.isUnsigned ? 1 : 0
            }
        }

        deinit {
            binds.deinitialize(count: columns.count)
            binds.deallocate()
            lengths.deallocate()
            nulls.deallocate()
            for buffer in buffers { buffer.deallocate() }
        }

        func values() -> [SQLValue] {
            columns.indices.map { index in
                nulls[index] != 0 ? .null : value(columns[index], buffers[index], Int(lengths[index]))
            }
        }

        private func value(_ column: Column, _ buffer: UnsafeMutableRawPointer, _ length: Int) -> SQLValue {
            switch column.boundType {
            case MYSQL_TYPE_LONGLONG:
                let bits = buffer.load(as: UInt64.self)
                return column.isUnsigned && bits > UInt64(Int64.max) ? .text(String(bits)) : .int(Int64(bitPattern: bits))
            case MYSQL_TYPE_DOUBLE: return .double(buffer.load(as: Double.self))
            case MYSQL_TYPE_BLOB: return .bytes(Array(UnsafeRawBufferPointer(start: buffer, count: length)))
            default: return .text(String(decoding: UnsafeRawBufferPointer(start: buffer, count: length), as: UTF8.self))
            }
        }
    }
}

extension MariaDBResult.Column {
    var isNumber: Bool { boundType == MYSQL_TYPE_LONGLONG || boundType == MYSQL_TYPE_DOUBLE }

    /// What the client library turns a value into.
    var boundType: enum_field_types {
        switch type {
        case MYSQL_TYPE_TINY, MYSQL_TYPE_SHORT, MYSQL_TYPE_INT24, MYSQL_TYPE_LONG, MYSQL_TYPE_LONGLONG, MYSQL_TYPE_YEAR:
            MYSQL_TYPE_LONGLONG
        case MYSQL_TYPE_FLOAT, MYSQL_TYPE_DOUBLE: MYSQL_TYPE_DOUBLE
        case MYSQL_TYPE_TINY_BLOB, MYSQL_TYPE_MEDIUM_BLOB, MYSQL_TYPE_LONG_BLOB, MYSQL_TYPE_BLOB, MYSQL_TYPE_VAR_STRING,
            MYSQL_TYPE_STRING, MYSQL_TYPE_BIT, MYSQL_TYPE_GEOMETRY:
            isBinary ? MYSQL_TYPE_BLOB : MYSQL_TYPE_STRING
        default: MYSQL_TYPE_STRING
        }
    }
}
