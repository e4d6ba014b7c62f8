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
        _ = strerror_r(code, &buffer, buffer.count)
        let words = String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        guard let name = names[code] else { return words }
        return "\(name): \(words)"
    }

    /// Those that an operator looks up by name.
    private static let names: [Int32: String] = [
        EADDRINUSE: "EADDRINUSE", EADDRNOTAVAIL: "EADDRNOTAVAIL", EACCES: "EACCES", EINVAL: "EINVAL", EMFILE: "EMFILE",
        ENOENT: "ENOENT", ECONNREFUSED: "ECONNREFUSED", EAGAIN: "EAGAIN", EAFNOSUPPORT: "EAFNOSUPPORT",
    ]
}
