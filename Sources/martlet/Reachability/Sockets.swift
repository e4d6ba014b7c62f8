internal import Foundation
internal import Resources

/// What this machine's own network says about an endpoint.
enum Sockets {
    /// The addresses that a name stands for, IPv4 first as the resolver orders them.
    static func addresses(of host: String) -> [String] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, nil, &hints, &found) == 0, let first = found else { return [] }
        defer { freeaddrinfo(first) }
        var texts: [String] = []
        var next: UnsafeMutablePointer<addrinfo>? = first
        while let entry = next {
            if let text = numeric(entry.pointee.ai_addr, entry.pointee.ai_addrlen), !texts.contains(text) { texts.append(text) }
            next = entry.pointee.ai_next
        }
        return texts
    }

    /// The address that the kernel gives connections from this machine to that endpoint: what the gateway sees, as long as
    /// nothing in between translates addresses. Nothing is sent.
    static func source(towards address: String, port: Int) -> IPAddress? {
        guard let target = resolved(address, port, SOCK_DGRAM) else { return nil }
        defer { freeaddrinfo(target) }
        let descriptor = socket(target.pointee.ai_family, target.pointee.ai_socktype | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        guard connect(descriptor, target.pointee.ai_addr, target.pointee.ai_addrlen) == 0 else { return nil }
        var storage = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let text = withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
                getsockname(descriptor, name, &length) == 0 ? numeric(name, length) : nil
            }
        }
        return text.flatMap(IPAddress.init)
    }

    /// Connects and closes at once; nil when it was accepted within `timeoutMs`, else the reason.
    static func connectProblem(_ address: String, port: Int, timeoutMs: Int32 = 3_000) -> String? {
        guard let target = resolved(address, port, SOCK_STREAM) else { return "not an address" }
        defer { freeaddrinfo(target) }
        let type = target.pointee.ai_socktype | Int32(SOCK_CLOEXEC.rawValue) | Int32(SOCK_NONBLOCK.rawValue)
        let descriptor = socket(target.pointee.ai_family, type, 0)
        guard descriptor >= 0 else { return String(cString: strerror(errno)) }
        defer { close(descriptor) }
        if connect(descriptor, target.pointee.ai_addr, target.pointee.ai_addrlen) == 0 { return nil }
        guard errno == EINPROGRESS else { return String(cString: strerror(errno)) }
        var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        guard poll(&waiting, 1, timeoutMs) == 1 else { return "no answer within \(timeoutMs) ms" }
        var problem: Int32 = 0
        var length = socklen_t(MemoryLayout<Int32>.size)
        getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &problem, &length)
        return problem == 0 ? nil : String(cString: strerror(problem))
    }

    private static func resolved(_ address: String, _ port: Int, _ type: __socket_type) -> UnsafeMutablePointer<addrinfo>? {
        var hints = addrinfo()
        hints.ai_socktype = Int32(type.rawValue)
        hints.ai_flags = AI_NUMERICHOST
        var found: UnsafeMutablePointer<addrinfo>?
        return getaddrinfo(address, String(port), &hints, &found) == 0 ? found : nil
    }

    private static func numeric(_ name: UnsafePointer<sockaddr>, _ length: socklen_t) -> String? {
        var buffer = [CChar](repeating: 0, count: Int(NI_MAXHOST))
        guard getnameinfo(name, length, &buffer, socklen_t(buffer.count), nil, 0, NI_NUMERICHOST) == 0 else { return nil }
        return String(decoding: buffer.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
