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
            guard client.pointee.readable, !owes(index ^ 1) else { return }
            let got = receive(slot, into: secure.plain, TLSBuffers.inputBytes)
            guard got > 0 else { return readEnded(index, got) }
            let sent = martlet_send(server.pointee.descriptor, secure.plain, got)
            if sent == got {
                if client.pointee.pace.isSteady(after: got), !client.pointee.readable { return enterRing(index) }
                continue
            }
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
            guard server.pointee.readable, !owes(index ^ 1) else { return }
            let room = min(Self.scratchBytes, TLSBuffers.sealBytes)
            let got = martlet_recv(server.pointee.descriptor, scratch, room)
            guard got > 0 else { return readEnded(index, got) }
            if got < room, !server.pointee.ending { server.pointee.readable = false }
            guard transmit(slot, UnsafeRawBufferPointer(start: scratch, count: got)) else { return writeFailed(index ^ 1) }
            let isSteady = server.pointee.pace.isSteady(after: got)
            if isSteady, !server.pointee.readable, !owes(index ^ 1) { return enterRing(index) }
        }
        if server.pointee.readable { queueAgain(index) }
    }

    /// What is to be written of what the ring has read: from a client the plaintext, for a client the ciphertext; empty while a
    /// record is not complete. Stays in the loop's memory until the next operation. nil when the connection is over for that.
    func converted(_ index: Int, _ bytes: UnsafeRawBufferPointer) -> UnsafeRawBufferPointer? {
        let slot = index >> 1
        if index & 1 == 1 {
            guard let tls = slots[slot].tls, martlet_tls_is_established(tls) == 1 else { return nil }
            let made = martlet_tls_seal(tls, bytes.baseAddress, bytes.count, secure.out)
            return made > 0 ? UnsafeRawBufferPointer(start: secure.out, count: made) : nil
        }
        let plain = open(slot, bytes, into: secure.plain)
        return plain >= 0 ? UnsafeRawBufferPointer(start: secure.plain, count: plain) : nil
    }
}
