internal import CMariaDB

/// A prepared statement on the server.
final class MariaDBStatement: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<MYSQL_STMT>
    let text: String
    init(_ pointer: UnsafeMutablePointer<MYSQL_STMT>, _ text: String) {
        self.pointer = pointer
        self.text = text
    }

    /// Has the library take the columns that the next answer comes with. Of a statement whose columns it knows it takes new
    /// types but no new names, and fails (2057, CR_NEW_STMT_METADATA) once there are more or fewer; the server has performed the
    /// statement by then, so that it could not be said again. See `mthd_stmt_read_execute_response` in its mariadb_stmt.c.
    func forgetColumns() { pointer.pointee.field_count = 0 }

    var error: ServerError {
        ServerError(
            sqlState: String(cString: mysql_stmt_sqlstate(pointer)), code: Int(mysql_stmt_errno(pointer)),
            message: String(cString: mysql_stmt_error(pointer)))
    }
}

/// The statements that a session has prepared: the oldest goes when there are too many.
struct MariaDBStatements {
    static let limit = 100
    private var statements: [ExactText: MariaDBStatement] = [:]
    private var order: [ExactText] = []

    subscript(text: String) -> MariaDBStatement? { statements[ExactText(text)] }

    mutating func keep(_ statement: MariaDBStatement) {
        if order.count >= Self.limit { drop(order[0]) }
        statements[ExactText(statement.text)] = statement
        order.append(ExactText(statement.text))
    }

    mutating func drop(_ text: String) { drop(ExactText(text)) }

    private mutating func drop(_ text: ExactText) {
        guard let statement = statements.removeValue(forKey: text) else { return }
        order.removeAll { $0 == text }
        mysql_stmt_close(statement.pointer)
    }

    mutating func closeAll() { for text in order { drop(text) } }
}
