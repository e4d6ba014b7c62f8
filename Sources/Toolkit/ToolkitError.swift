/// What stops a command, in words for the person who gave it. Never holds a password.
public struct ToolkitError: Error, Sendable, Equatable, CustomStringConvertible {
    public var description: String
    public init(_ description: String) { self.description = description }
}
