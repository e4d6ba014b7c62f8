import CMartlet
import Foundation

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

struct TestFailure: Error, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
}

/// A blocking socket with a time limit of ten seconds on every call.
final class TestSocket: Sendable {
    let descriptor: Int32

    init(descriptor: Int32) {
        self.descriptor = descriptor
        _ = martlet_set_timeouts(descriptor, 10_000)
    }

    deinit { martlet_close(descriptor) }

    /// Connects over TCP. `receiveBuffer` bytes make a reader that the sender notices to be slow.
    convenience init(_ address: String, _ port: Int, receiveBuffer: Int32? = nil) throws {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        if var size = receiveBuffer {
            setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
        }
        self.init(descriptor: descriptor)
        try connect(address, port)
    }

    func connect(_ address: String, _ port: Int) throws {
        var target = sockaddr_in()
        target.sin_family = sa_family_t(AF_INET)
        target.sin_port = in_port_t(port).bigEndian
        inet_pton(AF_INET, address, &target.sin_addr)
        let answer = withUnsafePointer(to: &target) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        guard answer == 0 else { throw TestFailure("connect \(address):\(port): \(String(cString: strerror(errno)))") }
    }

    convenience init(unix path: String) throws {
        let descriptor = martlet_unix_connect(path, 1)
        guard descriptor >= 0 else { throw TestFailure("connect \(path): \(-descriptor)") }
        self.init(descriptor: descriptor)
    }

    func send(_ bytes: [UInt8]) throws {
        var offset = 0
        try bytes.withUnsafeBytes { raw in
            while offset < raw.count {
                let rest = UnsafeRawBufferPointer(rebasing: raw[offset...])
                let sent = martlet_send(descriptor, rest.baseAddress, rest.count)
                guard sent > 0 else { throw TestFailure("send: \(sent)") }
                offset += sent
            }
        }
    }

    /// What comes next, at most `count` bytes; empty at the end.
    func receive(_ count: Int = 65_536) throws -> [UInt8] {
        try [UInt8](unsafeUninitializedCapacity: count) { room, used in
            let got = martlet_recv(descriptor, room.baseAddress, count)
            guard got >= 0 else { throw TestFailure("recv: \(got)") }
            used = got
        }
    }

    func receive(exactly count: Int) throws -> [UInt8] {
        var all: [UInt8] = []
        while all.count < count {
            let more = try receive(count - all.count)
            guard !more.isEmpty else { throw TestFailure("ended after \(all.count) of \(count) bytes") }
            all += more
        }
        return all
    }

    func receiveToEnd() throws -> [UInt8] {
        var all: [UInt8] = []
        while case let more = try receive(), !more.isEmpty { all += more }
        return all
    }

    func endWriting() { _ = martlet_shutdown_write(descriptor) }
}

/// A server on a Unix socket; each connection is given to `handle` in a thread of its own.
final class TestServer: Sendable {
    let path: String
    private let listener: Int32
    private let stopped = Flag()

    init(_ path: String, handle: @escaping @Sendable (TestSocket) throws -> Void) throws {
        unlink(path)
        self.path = path
        let listener = martlet_unix_listen(path, 0o600, 512)
        guard listener >= 0 else { throw TestFailure("listen \(path): \(-listener)") }
        self.listener = listener
        let stopped = self.stopped
        Thread.detachNewThread {
            defer { martlet_close(listener) }
            while !stopped.isSet {
                var wait = pollfd(fd: listener, events: Int16(POLLIN), revents: 0)
                guard poll(&wait, 1, 20) > 0 else { continue }
                let client = accept(listener, nil, nil)
                guard client >= 0 else { continue }
                let socket = TestSocket(descriptor: client)
                Thread.detachNewThread { try? handle(socket) }
            }
            stopped.acknowledge()
        }
    }

    /// Returns when nothing listens any more.
    func stop() {
        unlink(path)
        stopped.set()
        stopped.waitForAcknowledgement()
    }
}

final class Flag: @unchecked Sendable {
    private let lock = NSLock()
    private var value = false
    private let done = DispatchSemaphore(value: 0)

    var isSet: Bool { lock.withLock { value } }
    func set() { lock.withLock { value = true } }
    func acknowledge() { done.signal() }
    func waitForAcknowledgement() { _ = done.wait(timeout: .now() + 5) }
}
