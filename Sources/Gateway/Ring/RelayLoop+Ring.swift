import CMartlet
import CMartletTLS
import Logging
import Routing

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The relayed connections that the ring reads from. What is decided about them is decided as for all others: everything but a
/// short message that its reader takes at once is left to epoll and the code for it.
extension RelayLoop {
    /// In the thread that the ring is for.
    func openRing() {
        guard options.relay == .ring else { return logger.info("relaying with epoll, as asked") }
        do {
            ring = try RelayRing()
            logger.info("relaying with io_uring")
        } catch {
            logger.notice("relaying with epoll: io_uring is not to be had", metadata: ["reason": "\(error)"])
        }
    }

    func ringTurn(_ ring: RelayRing) {
        ring.watch(epoll)
        ring.wait(milliseconds: waitMilliseconds())
        now = martlet_now_ns()
        var messages = 0
        let hasEvents = ring.takeAll { token, told in
            switch token {
            case .received(let peer):
                messages += 1
                received(peer, told, ring)
            case .sent(let buffer): sent(buffer, Int(told.result), ring)
            case .events, .nothing: break
            }
        }
        if hasEvents { messages += epollTurn(milliseconds: 0) }
        if load.turned(messages: messages, now: now), !load.favoursRing { emptyRing() }
    }

    /// Everybody leaves: there is too little to do at a time.
    private func emptyRing() {
        for index in 0..<2 * arena.highWater where peers[index].descriptor >= 0 && peers[index].ring == .armed {
            leaveRing(index)
        }
    }

    /// After everything was closed: what the kernel still reads from is closed when it has heard of that.
    func closeRing() {
        guard let ring else { return }
        for _ in 0..<100 where ring.isBusy {
            ring.wait(milliseconds: 10)
            _ = ring.takeAll { _, _ in }
        }
        self.ring = nil
    }

    private func token(of index: Int) -> EventToken {
        EventToken(.peer, index: index, generation: slots[index >> 1].generation)
    }

    /// From now on the kernel reads from this socket by itself, if that pays.
    func enterRing(_ index: Int) {
        guard let ring, load.favoursRing, peers[index].ring == .outside, !peers[index].ending else { return }
        guard ring.receive(peers[index].descriptor, token(of: index)) else { return }
        peers[index].ring = .armed
        watch(index)
    }

    /// Has the kernel stop; when it has, epoll watches the socket again.
    func leaveRing(_ index: Int) {
        guard let ring, peers[index].ring == .armed else { return }
        stopReading(index, ring)
        peers[index].ring = .leaving
    }

    private func stopReading(_ index: Int, _ ring: RelayRing) {
        // Where a request cannot even be queued, nobody is served by going on.
        if !ring.cancel(token(of: index)) { martlet_shutdown(peers[index].descriptor) }
    }

    /// The kernel must not be left with a queued request for a number that another connection may get. Nor may it go on reading:
    /// it would keep the socket open, and the other side would not hear of the end.
    func closeDescriptor(_ index: Int) {
        let descriptor = peers[index].descriptor
        if let ring, ring.isBusy {
            if peers[index].ring == .armed { stopReading(index, ring) }
            ring.submit()
            // A read that is just being carried out is not found by a cancel; this ends it as well.
            if peers[index].ring != .outside { martlet_shutdown(descriptor) }
        }
        martlet_close(descriptor)
    }

    private func received(_ token: EventToken, _ told: martlet_completion, _ ring: RelayRing) {
        let index = token.index
        guard isCurrent(token) else {
            if told.buffer >= 0 { ring.giveBack(Int(told.buffer)) }
            return
        }
        if told.buffer >= 0 { pass(index, Int(told.buffer), Int(told.result), ring) }
        if told.goes_on == 0, isCurrent(token) { receivedLast(index, told.result, ring) }
    }

    private func pass(_ index: Int, _ buffer: Int, _ count: Int, _ ring: RelayRing) {
        switch peers[index].input {
        case .relay where count > 0: forward(index, buffer, count, ring)
        case .unseal where count > 0, .seal where count > 0: convert(index, buffer, count, ring)
        default: ring.giveBack(buffer)
        }
    }

    /// As `forward`, with the client's TLS in between.
    private func convert(_ index: Int, _ buffer: Int, _ count: Int, _ ring: RelayRing) {
        guard let message = converted(index, ring.bytes(buffer, count)) else {
            ring.giveBack(buffer)
            return index & 1 == 0 ? readEnded(index, -Int(EPROTO)) : writeFailed(index ^ 1)
        }
        if message.isEmpty {
            ring.giveBack(buffer)
        } else if message.count <= RelayRing.bufferBytes {
            ring.fill(buffer, message)
            forward(index, buffer, message.count, ring)
        } else {
            ring.giveBack(buffer)
            keepBacklog(message, for: index ^ 1)
            leaveRing(index)
        }
        guard index & 1 == 0, let tls = slots[index >> 1].tls, martlet_tls_has_ended(tls) == 1 else { return }
        // Nothing may ever come from its socket again.
        leaveRing(index)
        queueAgain(index)
    }

    /// Sends a message on, if nothing is before it.
    private func forward(_ index: Int, _ buffer: Int, _ count: Int, _ ring: RelayRing) {
        let sink = peers + (index ^ 1)
        if !owes(index ^ 1), ring.send(buffer, count, to: sink.pointee.descriptor, self.token(of: index ^ 1)) {
            sink.pointee.sending = true
            return
        }
        sink.pointee.backlog.append(ring.bytes(buffer, count))
        ring.giveBack(buffer)
        if !sink.pointee.sending { watchOutput(index ^ 1, true) }
        if !sink.pointee.sending || sink.pointee.backlog.count > RelayRing.pendingBytes { leaveRing(index) }
        // A read that was just being carried out is not found by a cancel.
        if peers[index].ring == .leaving, sink.pointee.backlog.count > Self.scratchBytes { stopReading(index, ring) }
    }

    /// The kernel reads no more: the socket has ended or failed, or was to leave, or there was no buffer left.
    private func receivedLast(_ index: Int, _ result: Int32, _ ring: RelayRing) {
        let mayStay = peers[index].ring == .armed && result > 0
        peers[index].ring = .outside
        if mayStay { enterRing(index) }
        guard peers[index].ring == .outside else { return }
        peers[index].pace.restart()
        switch -result {
        // A broken socket says why only once.
        case let code where code > 0 && ![ECANCELED, ENOBUFS, ENOMEM, EAGAIN, EINTR].contains(code):
            readEnded(index, Int(result))
        default:
            if !watch(index) { close(index >> 1) }
        }
    }

    /// The kernel has written a message, or what the socket took of it.
    private func sent(_ buffer: Int, _ result: Int, _ ring: RelayRing) {
        defer { ring.giveBack(buffer) }
        let send = ring.sent(buffer)
        guard isCurrent(send.peer) else { return }
        let index = send.peer.index
        peers[index].sending = false
        guard result >= 0 || result == -Int(EAGAIN) else { return writeFailed(index) }
        let taken = max(0, result)
        if taken < send.count { return putFirst(ring.bytes(buffer, send.count)[taken...], index) }
        if !peers[index].backlog.isEmpty { return flush(index) }
        if peers[index ^ 1].ring != .armed { drained(index) }
    }

    /// What a socket did not take comes before what came after it; and its writer must wait.
    private func putFirst(_ rest: Slice<UnsafeRawBufferPointer>, _ index: Int) {
        var all = ByteStash()
        all.append(UnsafeRawBufferPointer(rebasing: rest))
        all.append(peers[index].backlog.bytes)
        peers[index].backlog.free()
        peers[index].backlog = all
        watchOutput(index, true)
        leaveRing(index ^ 1)
    }
}
