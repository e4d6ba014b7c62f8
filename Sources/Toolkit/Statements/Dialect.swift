public import DatabaseURLs

/// The three families of SQL.
public typealias Dialect = DatabaseEngine

extension DatabaseEngine {
    /// An identifier as SQL text, whatever characters it holds.
    ///
    /// - Throws: `ToolkitError` for what no server takes: an empty one, or one with a NUL.
    public func quoted(_ identifier: String) throws -> String {
        guard !identifier.isEmpty, !identifier.utf8.contains(0) else {
            throw ToolkitError("an identifier cannot be empty or hold a NUL character")
        }
        return EscapedText.quoting(identifier, by: self == .mysql ? "`" : "\"")
    }
}
