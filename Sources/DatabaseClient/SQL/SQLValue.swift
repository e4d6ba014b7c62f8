public import Foundation

/// A value on its way to the server, or from it.
public enum SQLValue: Sendable, Hashable {
    case null
    case bool(Bool)
    case int(Int64)
    case double(Double)
    case text(String)
    case bytes([UInt8])
    /// An instant. Sent in UTC.
    case instant(Date)
}

/// What can be bound as a parameter.
public protocol SQLBindable {
    var sqlValue: SQLValue { get }
}

extension SQLValue: SQLBindable {
    public var sqlValue: SQLValue { self }
}

extension SQLValue {
    /// - Throws: `misuse` for what no engine can be sent.
    func requireSendable() throws(DatabaseError) {
        guard case .instant(let date) = self, !Timestamp.canWrite(date) else { return }
        throw .misuse("A date is finite, and within 290,000 years of 1970.")
    }
}

extension Bool: SQLBindable {
    public var sqlValue: SQLValue { .bool(self) }
}

extension String: SQLBindable {
    public var sqlValue: SQLValue { .text(self) }
}

extension Substring: SQLBindable {
    public var sqlValue: SQLValue { .text(String(self)) }
}

extension Int: SQLBindable {
    public var sqlValue: SQLValue { .int(Int64(self)) }
}

extension Int64: SQLBindable {
    public var sqlValue: SQLValue { .int(self) }
}

extension Int32: SQLBindable {
    public var sqlValue: SQLValue { .int(Int64(self)) }
}

extension Int16: SQLBindable {
    public var sqlValue: SQLValue { .int(Int64(self)) }
}

extension Double: SQLBindable {
    public var sqlValue: SQLValue { .double(self) }
}

extension Float: SQLBindable {
    public var sqlValue: SQLValue { .double(Double(self)) }
}

extension Decimal: SQLBindable {
    /// As text: no digit is lost.
    public var sqlValue: SQLValue { .text(description) }
}

extension UUID: SQLBindable {
    /// As text, in lower case.
    public var sqlValue: SQLValue { .text(uuidString.lowercased()) }
}

extension Date: SQLBindable {
    /// Refused (`DatabaseError.misuse`) where the statement is made when it is not finite, or 290,000 years from 1970.
    public var sqlValue: SQLValue { .instant(self) }
}

extension Data: SQLBindable {
    public var sqlValue: SQLValue { .bytes(Array(self)) }
}

extension Array: SQLBindable where Element == UInt8 {
    public var sqlValue: SQLValue { .bytes(self) }
}

extension JSONText: SQLBindable {
    public var sqlValue: SQLValue { .text(text) }
}
