/// Why a text names no database. It never repeats a password.
public struct DatabaseURLError: Error, Sendable, Equatable, CustomStringConvertible {
    public var message: String
    public var description: String { message }

    public init(_ message: String) { self.message = message }
}
