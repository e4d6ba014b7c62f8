#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Words for an `errno`.
enum SystemError {
    /// `EADDRINUSE: Address already in use`; other codes have the system's text alone.
    static func text(_ code: Int32) -> String {
        var buffer = [CChar](repeating: 0, count: 128)
        let words = buffer.withUnsafeMutableBufferPointer { room -> String in
            guard let base = room.baseAddress else { return "error \(code)" }
            return String(cString: martletStrerror(code, base, room.count))
        }
        guard let name = names[code] else { return words }
        return "\(name): \(words)"
    }

    private static func martletStrerror(_ code: Int32, _ room: UnsafeMutablePointer<CChar>, _ count: Int) -> UnsafePointer<CChar> {
        _ = strerror_r(code, room, count)
        return UnsafePointer(room)
    }

    /// Those that an operator looks up by name.
    private static let names: [Int32: String] = [
        EADDRINUSE: "EADDRINUSE", EADDRNOTAVAIL: "EADDRNOTAVAIL", EACCES: "EACCES", EINVAL: "EINVAL", EMFILE: "EMFILE",
        ENOENT: "ENOENT", ECONNREFUSED: "ECONNREFUSED", EAGAIN: "EAGAIN", EAFNOSUPPORT: "EAFNOSUPPORT",
    ]
}
