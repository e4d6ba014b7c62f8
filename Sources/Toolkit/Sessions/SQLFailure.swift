/// What a server said, or why it said nothing.
public struct SQLFailure: Error, Sendable, Equatable, CustomStringConvertible {
    public var message: String
    /// SQLSTATE, or SQLite's number; nil when no server said it.
    public var code: String?
    public var detail: String?
    public var hint: String?
    /// The character of the statement that is meant, from 1.
    public var position: Int?
    /// True when there is no connection (any more).
    public var isConnection = false

    public init(_ message: String, code: String? = nil, isConnection: Bool = false) {
        self.message = message
        self.code = code
        self.isConnection = isConnection
    }

    public var description: String {
        var text = isConnection ? message : "ERROR:  \(message)"
        if let code, !isConnection { text += " (\(code))" }
        if let detail { text += "\nDETAIL:  \(detail)" }
        if let hint { text += "\nHINT:  \(hint)" }
        return text
    }
}
