internal import CMariaDB

/// A prepared statement on the server.
final class MariaDBStatement: @unchecked Sendable {
    let pointer: UnsafeMutablePointer<MYSQL_STMT>
    let text: String
    init(_ pointer: UnsafeMutablePointer<MYSQL_STMT>, _ text: String) {
        self.pointer = pointer
        self.text = text
    }

    var error: ServerError {
        ServerError(
            sqlState: String(cString: mysql_stmt_sqlstate(pointer)), code: Int(mysql_stmt_errno(pointer)),
            message: String(cString: mysql_stmt_error(pointer)))
    }
}

/// The statements that a session has prepared: the oldest goes when there are too many.
struct MariaDBStatements {
    static let limit = 100
    private var statements: [String: MariaDBStatement] = [:]
    private var order: [String] = []

    subscript(text: String) -> MariaDBStatement? { statements[text] }

    mutating func keep(_ statement: MariaDBStatement) {
        if order.count >= Self.limit { drop(order[0]) }
        statements[statement.text] = statement
        order.append(statement.text)
    }

    mutating func drop(_ text: String) {
        guard let statement = statements.removeValue(forKey: text) else { return }
        order.removeAll { $0 == text }
        mysql_stmt_close(statement.pointer)
    }

    mutating func closeAll() { for text in order { drop(text) } }
}
