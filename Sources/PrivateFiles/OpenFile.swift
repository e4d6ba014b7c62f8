internal import Foundation

/// Performs a system call again while a signal interrupts it. Returns its result, never negative.
@discardableResult
func call(_ what: @autoclosure () -> String, _ body: () -> Int32) throws(FileFailure) -> Int32 {
    while true {
        let result = body()
        if result >= 0 { return result }
        let code = errno
        if code != EINTR { throw FileFailure(what: what(), code: code) }
    }
}

/// A descriptor that is closed with its last use.
final class OpenFile {
    let descriptor: Int32

    init(_ path: String, _ flags: Int32) throws(FileFailure) {
        descriptor = try call("open \(path)") { open(path, flags | O_CLOEXEC, 0o600) }
    }

    /// Takes the lock that ends with this file; throws `EWOULDBLOCK` when somebody has it.
    func lock(naming path: String) throws(FileFailure) {
        try call("lock \(path)") { flock(descriptor, LOCK_EX | LOCK_NB) }
    }

    /// False once its last name is gone.
    var hasName: Bool {
        var found = stat()
        return fstat(descriptor, &found) == 0 && found.st_nlink > 0
    }

    deinit { close(descriptor) }

    func write(_ bytes: [UInt8], naming path: String) throws(FileFailure) {
        var written = 0
        while written < bytes.count {
            written += Int(
                try call("write \(path)") {
                    bytes.withUnsafeBytes {
                        // At most 1 GiB at a time: the count must fit the result.
                        let count = min(bytes.count - written, 1 << 30)
                        return Int32(Foundation.write(descriptor, $0.baseAddress?.advanced(by: written), count))
                    }
                })
        }
    }
}
