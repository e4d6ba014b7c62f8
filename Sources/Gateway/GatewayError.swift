/// Why a gateway could not start.
public enum GatewayError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Another gateway serves this data directory.
    case alreadyRunning(directory: String)
    /// A system call refused; `code` is an `errno`.
    case system(what: String, code: Int32)

    public var description: String {
        switch self {
        case .alreadyRunning(let directory): "another gateway is already running on \(directory)"
        case .system(let what, let code): "\(what): \(SystemError.text(code))"
        }
    }

    /// Turns a shim's -errno into an error.
    @discardableResult
    static func check(_ answer: Int32, _ what: @autoclosure () -> String) throws -> Int32 {
        guard answer >= 0 else { throw GatewayError.system(what: what(), code: -answer) }
        return answer
    }
}
