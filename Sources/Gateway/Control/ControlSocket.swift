import CMartlet
import Foundation
import Routing

#if canImport(Glibc)
    import Glibc
#endif

/// The gateway's end of the control conversation: a listening socket and a few clients, each with an unfinished line.
struct ControlSocket {
    /// More are closed at once.
    static let maximumClients = 8
    /// A client that does not take its answer for so long is closed.
    static let sendTimeoutMs: Int32 = 2_000

    /// How long to leave a caller waiting who cannot be taken, in microseconds: asked again at once, the system would give the
    /// same answer at the cost of a whole processor.
    static let refusedPauseUs: UInt32 = 50_000

    private let listener: Int32
    private var clients: [Int32: ControlLines] = [:]
    /// Given up for a caller when clients of databases have used up every other descriptor.
    private var spare: Int32

    init(listener: Int32) {
        self.listener = listener
        spare = Self.makeSpare()
    }

    private static func makeSpare() -> Int32 { open("/dev/null", O_RDONLY | O_CLOEXEC) }

    /// What to wait for.
    var descriptors: [Int32] { [listener] + clients.keys.sorted() }

    /// Takes what is there on a readable descriptor, and answers each whole line.
    mutating func serve(_ descriptor: Int32, answer: (GatewayControl.Call) -> GatewayControl.Report) {
        if descriptor == listener { return accept() }
        guard var lines = clients[descriptor] else { return }
        guard fill(&lines, descriptor) else { return drop(descriptor) }
        while true {
            switch lines.next() {
            case .none:
                clients[descriptor] = lines
                return
            case .tooLong: return drop(descriptor)
            case .line(let line):
                guard reply(to: line, descriptor, answer) else { return drop(descriptor) }
            }
        }
    }

    mutating func close() {
        for descriptor in clients.keys { martlet_close(descriptor) }
        clients.removeAll()
        martlet_close(listener)
        if spare >= 0 { martlet_close(spare) }
        spare = -1
    }

    private mutating func accept() {
        var client = martlet_accept(listener)
        if client == -EMFILE || client == -ENFILE, spare >= 0 {
            martlet_close(spare)
            spare = -1
            client = martlet_accept(listener)
        }
        guard client >= 0 else {
            if client != -EAGAIN { usleep(Self.refusedPauseUs) }
            return
        }
        guard clients.count < Self.maximumClients else { return martlet_close(client) }
        clients[client] = ControlLines(limit: GatewayControl.lineLimitBytes)
    }

    private mutating func drop(_ descriptor: Int32) {
        clients[descriptor] = nil
        martlet_close(descriptor)
        if spare < 0 { spare = Self.makeSpare() }
    }

    private func fill(_ lines: inout ControlLines, _ descriptor: Int32) -> Bool {
        withUnsafeTemporaryAllocation(byteCount: 16 << 10, alignment: 1) { room in
            let got = martlet_recv(descriptor, room.baseAddress, room.count)
            if got > 0 { lines.append(UnsafeRawBufferPointer(rebasing: room[..<got])) }
            return got > 0 || got == -Int(EAGAIN)
        }
    }

    /// False when the client is to be closed: it does not speak the protocol, or does not listen.
    private func reply(
        to line: [UInt8], _ descriptor: Int32, _ answer: (GatewayControl.Call) -> GatewayControl.Report
    ) -> Bool {
        guard let call = try? JSONDecoder().decode(GatewayControl.Call.self, from: Data(line)) else { return false }
        guard var data = try? JSONEncoder().encode(answer(call)) else { return false }
        data.append(UInt8(ascii: "\n"))
        return data.withUnsafeBytes { send($0, descriptor) }
    }

    private func send(_ bytes: UnsafeRawBufferPointer, _ descriptor: Int32) -> Bool {
        var rest = bytes
        while !rest.isEmpty {
            let sent = martlet_send(descriptor, rest.baseAddress, rest.count)
            if sent > 0 { rest = UnsafeRawBufferPointer(rebasing: rest[sent...]) }
            if sent == -Int(EAGAIN) {
                var wait = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                guard poll(&wait, 1, Self.sendTimeoutMs) > 0 else { return false }
            } else if sent < 0 {
                return false
            }
        }
        return true
    }
}
