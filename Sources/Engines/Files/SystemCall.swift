import Foundation

extension EngineError {
    /// What the system refused, from an `errno` value.
    static func refused(_ what: String, _ code: Int32) -> EngineError {
        switch code {
        case ENOSPC, EDQUOT: .diskFull(what: what)
        case ENOMEM: .outOfMemory(what: what)
        default: .system(what: what, reason: String(cString: strerror(code)))
        }
    }
}

/// Performs a system call again while a signal interrupts it.
///
/// - Returns: its result, never negative.
@discardableResult
func system(_ what: @autoclosure () -> String, _ call: () -> Int32) throws(EngineError) -> Int32 {
    while true {
        let result = call()
        if result >= 0 { return result }
        let code = errno
        if code != EINTR { throw .refused(what(), code) }
    }
}

/// A file descriptor that is closed when nothing refers to it any more.
final class Descriptor: Sendable {
    let number: Int32

    init(owning number: Int32) { self.number = number }

    /// Close-on-exec always.
    convenience init(opening path: String, _ flags: Int32, mode: mode_t = 0) throws(EngineError) {
        self.init(owning: try system("open \(path)") { open(path, flags | O_CLOEXEC, mode) })
    }

    /// A directory, never through a symbolic link.
    static func directory(_ path: String) throws(EngineError) -> Descriptor {
        try Descriptor(opening: path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
    }

    deinit { close(number) }
}
