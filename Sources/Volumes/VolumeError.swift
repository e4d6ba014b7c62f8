internal import Foundation

/// Why a volume is not as it should be. The texts are for operators and hold no secrets.
public enum VolumeError: Error, Sendable, Equatable, CustomStringConvertible {
    /// It was there once, and is not any more.
    case missing
    /// Something else is mounted in its place.
    case foreign(String)
    /// This host cannot do that.
    case unsupported(String)
    /// It can only grow so far while it is not mounted.
    case needsUnmount
    /// The disk has not the room.
    case noRoom(String)
    /// Its key is needed, and was not given, or is another's.
    case locked(String)
    /// Somebody works in it.
    case busy(String)
    case damaged(String)
    /// Anything else the system refused.
    case refused(what: String, reason: String)

    public var description: String {
        switch self {
        case .missing: "the volume is gone"
        case .foreign(let what): "another file system is mounted in the volume's place: \(what)"
        case .unsupported(let what): what
        case .needsUnmount: "growing so much while it is mounted takes CAP_SYS_RESOURCE"
        case .noRoom(let what): "no room on the disk: \(what)"
        case .locked(let what): "the volume is locked: \(what)"
        case .busy(let what): "the volume is in use: \(what)"
        case .damaged(let what): "the volume is damaged: \(what)"
        case .refused(let what, let reason): "\(what): \(reason)"
        }
    }

    /// True when a program ended with these words.
    func says(_ words: String) -> Bool {
        if case .refused(_, let reason) = self { reason.contains(words) } else { false }
    }

    /// What the system refused, from an `errno` value.
    static func system(_ what: String, _ code: Int32) -> VolumeError {
        switch code {
        case ENOSPC, EDQUOT, EFBIG: .noRoom(what)
        case EBUSY: .busy(what)
        default: .refused(what: what, reason: String(cString: strerror(code)))
        }
    }
}

/// Performs a call that answers -errno, again while a signal interrupts it. Returns its result, never negative.
@discardableResult
func attempt(_ what: @autoclosure () -> String, _ call: () -> Int32) throws(VolumeError) -> Int32 {
    while true {
        let result = call()
        if result >= 0 { return result }
        if result != -EINTR { throw .system(what(), -result) }
    }
}

/// The same for calls that answer -1 and set `errno`.
@discardableResult
func posix(_ what: @autoclosure () -> String, _ call: () -> Int32) throws(VolumeError) -> Int32 {
    try attempt(what()) {
        let result = call()
        return result < 0 ? -errno : result
    }
}

/// A descriptor that is closed with the last reference.
final class OpenFile: Sendable {
    let number: Int32

    init(owning number: Int32) { self.number = number }

    convenience init(_ path: String, _ flags: Int32, mode: mode_t = 0) throws(VolumeError) {
        self.init(owning: try posix("open \(path)") { open(path, flags | O_CLOEXEC, mode) })
    }

    /// A directory, never through a symbolic link.
    static func directory(_ path: String) throws(VolumeError) -> OpenFile {
        try OpenFile(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW)
    }

    deinit { close(number) }
}

/// The files of `/proc`, which say nothing of their size and come in pieces: the end is where nothing follows. (Foundation's
/// `contents(atPath:)` takes the first short piece for the last.)
enum KernelFile {
    /// Of one piece, in bytes.
    private static let pieceBytes = 64 << 10
    /// Of a whole file, in bytes.
    private static let limitBytes = 64 << 20

    static func text(_ path: String) throws(VolumeError) -> String {
        let file = try OpenFile(path, O_RDONLY)
        var text: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: pieceBytes)
        while text.count < limitBytes {
            let count = read(file.number, &piece, piece.count)
            if count < 0, errno == EINTR { continue }
            if count < 0 { throw .system("read \(path)", errno) }
            if count == 0 { return String(decoding: text, as: UTF8.self) }
            text.append(contentsOf: piece[..<count])
        }
        throw .refused(what: "read \(path)", reason: "it is longer than \(limitBytes >> 20) MiB")
    }
}
