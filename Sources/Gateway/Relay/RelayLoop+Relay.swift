import CMartlet
import Logging

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Moving bytes.
extension RelayLoop {
    /// Sockets are watched edge-triggered: an event is noted in the peer, and acted on when its time has come.
    @inline(__always)
    func peerEvent(_ index: Int, _ bits: UInt32) {
        let peer = peers + index
        // What the kernel reads from by itself is only watched for room.
        if bits & (MARTLET_IN | MARTLET_RDHUP | MARTLET_HUP | MARTLET_ERR) != 0, peer.pointee.ring == .outside {
            peer.pointee.readable = true
            if bits & (MARTLET_RDHUP | MARTLET_HUP | MARTLET_ERR) != 0 { peer.pointee.ending = true }
            if bits & (MARTLET_HUP | MARTLET_ERR) != 0 { peer.pointee.gone = true }
        }
        if peer.pointee.awaitsOutput, bits & (MARTLET_OUT | MARTLET_HUP | MARTLET_ERR) != 0 {
            flush(index)
            guard peer.pointee.descriptor >= 0 else { return }
        }
        if peer.pointee.readable { read(index) }
    }

    @inline(__always)
    func read(_ index: Int) {
        switch peers[index].input {
        case .relay: pump(index)
        case .seal: pumpSealing(index)
        case .unseal: pumpUnsealing(index)
        case .login: pumpLogin(index)
        case .password: readPassword(index >> 1)
        case .mysqlLogin: index & 1 == 0 ? readMySQLClient(index >> 1) : readMySQLServer(index >> 1)
        case .startup: readStartup(index >> 1)
        case .greeting: readGreeting(index >> 1)
        case .discard: discard(index)
        case .leave: noticeEnd(index)
        }
    }

    /// Reads from one peer and writes to the other, until there is nothing to read or no room to write. An edge-triggered socket
    /// is known to be empty when a read gets less than it asked for (epoll(7)); only an end that is announced must still be read.
    private func pump(_ index: Int) {
        let source = peers + index
        let sink = peers + (index ^ 1)
        for _ in 0..<Self.readsInARow {
            guard source.pointee.readable, !owes(index ^ 1) else { return }
            let got = martlet_recv(source.pointee.descriptor, scratch, Self.scratchBytes)
            guard got > 0 else { return readEnded(index, got) }
            if got < Self.scratchBytes, !source.pointee.ending { source.pointee.readable = false }
            let sent = martlet_send(sink.pointee.descriptor, scratch, got)
            if sent == got {
                if source.pointee.pace.isSteady(after: got), !source.pointee.readable { return enterRing(index) }
                continue
            }
            guard sent >= 0 || sent == -EAGAIN else { return writeFailed(index ^ 1) }
            let taken = max(0, sent)
            return keepBacklog(UnsafeRawBufferPointer(start: scratch + taken, count: got - taken), for: index ^ 1)
        }
        if source.pointee.readable { queueAgain(index) }
    }

    func queueAgain(_ index: Int) {
        guard !peers[index].queued else { return }
        peers[index].queued = true
        queuedPeers.append(EventToken(.peer, index: index, generation: slots[index >> 1].generation))
    }

    /// Reads on for nobody, for a turn.
    private func discard(_ index: Int) {
        let peer = peers + index
        for _ in 0..<Self.readsInARow where peer.pointee.readable {
            let got = martlet_recv(peer.pointee.descriptor, scratch, Self.scratchBytes)
            guard got > 0 else { return readEnded(index, got) }
            if got < Self.scratchBytes, !peer.pointee.ending { peer.pointee.readable = false }
        }
        if peer.pointee.readable { queueAgain(index) }
    }

    /// A read that got nothing: the socket is empty, at its end, or broken.
    func readEnded(_ index: Int, _ answer: Int) {
        let slot = index >> 1
        peers[index].readable = false
        guard answer != -Int(EAGAIN) else { return }
        peers[index].input = .leave
        if index & 1 == 0 {
            perform(answer == 0 ? clientEnded(slot) : slots[slot].machine.clientFailed(), slot)
        } else {
            let gone = answer < 0 || peers[index].gone
            let backlog = owes(index ^ 1)
            perform(slots[slot].machine.serverEnded(backlog: backlog, gone: gone), slot)
        }
    }

    private func clientEnded(_ slot: Int) -> RelayStateMachine.Action {
        slots[slot].machine.clientEnded(backlog: owes(2 * slot + 1), unsent: owes(2 * slot))
    }

    /// News of a socket that is not read: that it is over is news all the same.
    private func noticeEnd(_ index: Int) {
        let slot = index >> 1
        switch (index & 1 == 0, peers[index].gone) {
        case (true, true): perform(slots[slot].machine.clientFailed(), slot)
        case (true, false) where peers[index].ending:
            switch slots[slot].ledger {
            case .silent, .delayed, .queued, .trying: perform(clientEnded(slot), slot)
            case .free, .startup, .authenticating, .relaying, .cancelling, .lingering: break
            }
        case (false, true):
            let backlog = owes(index ^ 1)
            perform(slots[slot].machine.serverEnded(backlog: backlog, gone: true), slot)
        default: break
        }
    }

    /// Bytes that came for it are not written yet.
    @inline(__always)
    func owes(_ index: Int) -> Bool { isSending(index) || !peers[index].backlog.isEmpty }

    /// Bytes for it are in the kernel's hands. Whoever hears that goes on when they are written, so it must be told at once.
    @inline(__always)
    func isSending(_ index: Int) -> Bool {
        if peers[index].sending { ring?.awaitsSends = true }
        return peers[index].sending
    }

    /// Keeps what a socket did not take, and waits until it takes more, or until what it is taking is told.
    func keepBacklog(_ bytes: UnsafeRawBufferPointer, for index: Int) {
        peers[index].backlog.append(bytes)
        if !isSending(index) { watchOutput(index, true) }
    }

    func watchOutput(_ index: Int, _ isWanted: Bool) {
        guard peers[index].awaitsOutput != isWanted else { return }
        peers[index].awaitsOutput = isWanted
        watch(index)
    }

    /// Writes what was kept back; when all of it is gone, the other end is read again.
    func flush(_ index: Int) {
        let kept = peers[index].backlog.bytes
        let sent = martlet_send(peers[index].descriptor, kept.baseAddress, kept.count)
        guard sent >= 0 || sent == -EAGAIN else { return writeFailed(index) }
        peers[index].backlog.drop(max(0, sent))
        guard peers[index].backlog.isEmpty else {
            if slots[index >> 1].ledger == .lingering, sent > 0 { armLinger(index >> 1) }
            return watchOutput(index, true)
        }
        watchOutput(index, false)
        drained(index)
    }

    /// Everything that came for this socket is written.
    func drained(_ index: Int) {
        let slot = index >> 1
        perform(slots[slot].machine.drained(to: index & 1 == 0 ? .client : .server), slot)
        let source = peers + (index ^ 1)
        if source.pointee.descriptor >= 0, source.pointee.readable, source.pointee.input.isPassedOn { read(index ^ 1) }
    }

    func writeFailed(_ index: Int) {
        let slot = index >> 1
        guard index & 1 == 1 else { return perform(slots[slot].machine.clientFailed(), slot) }
        let action = slots[slot].machine.serverWriteFailed()
        guard action == .none else { return perform(action, slot) }
        // The client's bytes have nowhere to go. What the server said last is still read.
        peers[index].backlog.free()
        watchOutput(index, false)
        peers[index ^ 1].input = .discard
        leaveRing(index ^ 1)
        if peers[index ^ 1].readable { queueAgain(index ^ 1) }
    }
}
