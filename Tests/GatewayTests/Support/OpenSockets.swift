import Foundation
import Routing

/// The sockets of this process that belong to a route. Other tests in the process have many of their own, so counting all
/// descriptors tells nothing.
enum OpenSockets {
    /// Those that clients of the route are connected to, or its server; and whoever listens there.
    static func count(of route: Route) -> Int {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        return names.compactMap { Int32($0) }.filter { belongs($0, to: route) }.count
    }

    /// The count once it has come down to `limit`, or after 20 s what it is then.
    static func settled(_ route: Route, atMost limit: Int) async throws -> Int {
        for _ in 0..<1000 where count(of: route) > limit { try await Task.sleep(for: .milliseconds(20)) }
        return count(of: route)
    }

    /// How much a socket has kept that a client in this process has not read: in the client's own and in the other end of it,
    /// which is the gateway's. Nil when there is none.
    static func unread(_ client: TestSocket) -> Int? {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")) ?? []
        let own = name { getsockname(client.descriptor, $0, $1) }
        let end = names.compactMap { Int32($0) }.first { other in name { getpeername(other, $0, $1) } == own }
        var (received, unsent): (Int32, Int32) = (0, 0)
        // SIOCINQ, and SIOCOUTQNSD: what was not sent yet.
        guard let end, ioctl(client.descriptor, 0x541B, &received) == 0, ioctl(end, 0x894B, &unsent) == 0 else { return nil }
        return Int(received) + Int(unsent)
    }

    private static func belongs(_ descriptor: Int32, to route: Route) -> Bool {
        let own = name { getsockname(descriptor, $0, $1) }
        if own == "\(route.address):\(route.port)" || own == route.socketPath { return true }
        return name { getpeername(descriptor, $0, $1) } == route.socketPath
    }

    /// `127.1.2.3:5432` or a path; nil for what is no such socket.
    private static func name(
        _ ask: (UnsafeMutablePointer<sockaddr>, UnsafeMutablePointer<socklen_t>) -> Int32
    ) -> String? {
        var (storage, length) = (sockaddr_storage(), socklen_t(MemoryLayout<sockaddr_storage>.size))
        return withUnsafeMutablePointer(to: &storage) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address -> String? in
                guard ask(address, &length) == 0 else { return nil }
                switch Int32(address.pointee.sa_family) {
                case AF_INET:
                    return address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { found in
                        let bytes = withUnsafeBytes(of: found.pointee.sin_addr.s_addr) { $0.map { "\($0)" } }
                        return "\(bytes.joined(separator: ".")):\(UInt16(bigEndian: found.pointee.sin_port))"
                    }
                case AF_UNIX:
                    let path = UnsafeRawPointer(address).advanced(by: MemoryLayout<sa_family_t>.size)
                    let bytes = UnsafeRawBufferPointer(start: path, count: max(0, Int(length) - MemoryLayout<sa_family_t>.size))
                    return String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                default: return nil
                }
            }
        }
    }
}
