import Foundation

/// What the kernel refused of a group.
public struct CgroupError: Error, Sendable, Equatable, CustomStringConvertible {
    public var what: String
    public var reason: String
    /// `errno`; 0 where the refusal is ours.
    public var code: Int32

    init(_ what: String, code: Int32) {
        self.what = what
        self.code = code
        reason = String(cString: strerror(code))
    }

    init(_ what: String, reason: String) {
        self.what = what
        self.reason = reason
        code = 0
    }

    public var description: String { "\(what): \(reason)" }
}
