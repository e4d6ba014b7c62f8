/// What stops a command, in words for the person who gave it.
struct InstallationError: Error, Sendable, Equatable, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
}
