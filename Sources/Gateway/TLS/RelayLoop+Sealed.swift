import CMartlet
import CMartletTLS

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Moving bytes between a client with TLS and its server. As `pump`, with a step between the read and the write: the backlog of
/// the client holds ciphertext, so everything that writes what was kept back does not know of TLS.
extension RelayLoop {
    /// Client to server.
    func pumpUnsealing(_ index: Int) {
        let slot = index >> 1
        let client = peers + index
        let server = peers + (index ^ 1)
        for _ in 0..<Self.readsInARow {
            guard client.pointee.readable, server.pointee.backlog.isEmpty else { return }
            let got = receive(slot, into: secure.plain, TLSBuffers.inputBytes)
            guard got > 0 else { return readEnded(index, got) }
            let sent = martlet_send(server.pointee.descriptor, secure.plain, got)
            if sent == got { continue }
            guard sent >= 0 || sent == -Int(EAGAIN) else { return writeFailed(index ^ 1) }
            let taken = max(0, sent)
            return keepBacklog(UnsafeRawBufferPointer(start: secure.plain + taken, count: got - taken), for: index ^ 1)
        }
        if client.pointee.readable { queueAgain(index) }
    }

    /// Server to client.
    func pumpSealing(_ index: Int) {
        let slot = index >> 1
        let server = peers + index
        for _ in 0..<Self.readsInARow {
            guard server.pointee.readable, peers[index ^ 1].backlog.isEmpty else { return }
            let room = min(Self.scratchBytes, TLSBuffers.sealBytes)
            let got = martlet_recv(server.pointee.descriptor, scratch, room)
            guard got > 0 else { return readEnded(index, got) }
            if got < room, !server.pointee.ending { server.pointee.readable = false }
            guard transmit(slot, UnsafeRawBufferPointer(start: scratch, count: got)) else { return writeFailed(index ^ 1) }
        }
        if server.pointee.readable { queueAgain(index) }
    }
}
