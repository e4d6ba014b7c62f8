import Dispatch
import Foundation

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The control plane's end of the conversation with the gateway: one connection for each call.
public struct GatewayControlClient: Sendable {
    public enum Failure: Error, Sendable, Equatable, CustomStringConvertible {
        /// No gateway listens: it is not running, or has just been started.
        case notRunning(reason: String)
        /// It took the call, but did not answer in time.
        case timedOut(milliseconds: Int)
        /// It answered with something that is no report.
        case unintelligible(reason: String)

        public var description: String {
            switch self {
            case .notRunning(let reason): "the gateway is not running: \(reason)"
            case .timedOut(let milliseconds): "the gateway did not answer within \(milliseconds) ms"
            case .unintelligible(let reason): "the gateway's answer is not a report: \(reason)"
            }
        }
    }

    private let path: String
    private let timeoutMs: Int

    /// - Parameters:
    ///   - directory: the data directory (`DIR`); the socket is `DIR/gateway/control.sock`, however long that is.
    ///   - timeoutMs: how long a whole call may take.
    public init(directory: String, timeoutMs: Int = 10_000) {
        path = "\(directory)/gateway"
        self.timeoutMs = timeoutMs
    }

    /// Asks in a thread of its own, so that no thread of Swift's pool waits for a socket.
    ///
    /// - Throws: `Failure`.
    public func call(_ request: GatewayControl.Request) async throws -> GatewayControl.Report {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async { continuation.resume(with: Result { try callBlocking(request) }) }
        }
    }

    /// The login events after a sequence number (0: all that are kept), and the process that numbered them.
    ///
    /// - Throws: `Failure`; `.unintelligible` from a gateway that is too old to know of events.
    public func events(after sequence: UInt64) async throws -> (processID: Int32, events: GatewayControl.LoginEvents) {
        let report = try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(with: Result { try callBlocking(GatewayControl.Call(.events, after: sequence)) })
            }
        }
        guard let events = report.events else { throw Failure.unintelligible(reason: "a report without events") }
        return (report.processID, events)
    }

    /// What the gateway says of itself; nil when none answers, where that is an answer and not a failure.
    public func reportIfRunning() async -> GatewayControl.Report? {
        try? await call(.report)
    }

    /// As `call`, in the caller's thread.
    public func callBlocking(_ request: GatewayControl.Request) throws -> GatewayControl.Report {
        try callBlocking(GatewayControl.Call(request))
    }

    private func callBlocking(_ call: GatewayControl.Call) throws -> GatewayControl.Report {
        let deadline = DispatchTime.now() + .milliseconds(timeoutMs)
        let descriptor = try connected()
        defer { close(descriptor) }
        try send(try JSONEncoder().encode(call) + [UInt8(ascii: "\n")], descriptor)
        let line = try receiveLine(descriptor, deadline)
        do {
            return try JSONDecoder().decode(GatewayControl.Report.self, from: line)
        } catch {
            throw Failure.unintelligible(reason: "\(error)")
        }
    }

    /// The path may be longer than a socket address can hold; `/proc/self/fd/N/control.sock` never is.
    private func connected() throws -> Int32 {
        let directory = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { throw Failure.notRunning(reason: reason(errno)) }
        defer { close(directory) }
        #if os(Linux)
            let name = "/proc/self/fd/\(directory)/control.sock"
            let descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        #else
            let name = "\(path)/control.sock"
            let descriptor = socket(AF_UNIX, SOCK_STREAM, 0)
        #endif
        guard descriptor >= 0 else { throw Failure.notRunning(reason: reason(errno)) }
        limitWaits(descriptor)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: name.utf8.prefix($0.count - 1)) }
        let answer = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard answer == 0 else {
            let failure = failure(errno)
            close(descriptor)
            throw failure
        }
        return descriptor
    }

    /// A gateway that is stuck takes no connections, and whoever comes when its queue is full would wait for ever.
    private func limitWaits(_ descriptor: Int32) {
        // Zero would mean no limit.
        let milliseconds = max(1, timeoutMs)
        var limit = timeval(tv_sec: milliseconds / 1000, tv_usec: .init(milliseconds % 1000 * 1000))
        // The option is there on every system that has the socket; a number for a time is no reason for a refusal.
        _ = setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    }

    private func failure(_ code: Int32) -> Failure {
        code == EAGAIN ? .timedOut(milliseconds: timeoutMs) : .notRunning(reason: reason(code))
    }

    /// A call is far shorter than what a socket takes at once.
    private func send(_ bytes: Data, _ descriptor: Int32) throws {
        #if os(Linux)
            let flags = Int32(MSG_NOSIGNAL)
        #else
            let flags: Int32 = 0
        #endif
        let sent = bytes.withUnsafeBytes { Self.systemSend(descriptor, $0, flags) }
        guard sent == bytes.count else { throw failure(errno) }
    }

    private func receiveLine(_ descriptor: Int32, _ deadline: DispatchTime) throws -> Data {
        var line = Data()
        var room = [UInt8](repeating: 0, count: 64 << 10)
        while line.last != UInt8(ascii: "\n") {
            let now = DispatchTime.now()
            guard now < deadline else { throw Failure.timedOut(milliseconds: timeoutMs) }
            let left = (deadline.uptimeNanoseconds - now.uptimeNanoseconds) / 1_000_000 + 1
            var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            guard poll(&wait, 1, Int32(min(left, 600_000))) > 0 else { continue }
            let got = recv(descriptor, &room, room.count, 0)
            guard got > 0 else { throw Failure.notRunning(reason: "it closed the connection") }
            line.append(contentsOf: room[..<got])
            guard line.count <= GatewayControl.lineLimitBytes else {
                throw Failure.unintelligible(reason: "a line of more than \(GatewayControl.lineLimitBytes) bytes")
            }
        }
        return line
    }

    private func reason(_ code: Int32) -> String { String(cString: strerror(code)) }

    private static func systemSend(_ descriptor: Int32, _ bytes: UnsafeRawBufferPointer, _ flags: Int32) -> Int {
        #if canImport(Glibc)
            Glibc.send(descriptor, bytes.baseAddress, bytes.count, flags)
        #else
            Darwin.send(descriptor, bytes.baseAddress, bytes.count, flags)
        #endif
    }
}
