import CMartlet

/// A loop's io_uring: sockets in it are read by the kernel without being asked each time, and what is to be written is handed
/// over together with the next wait. See docs/adr/0009.
///
/// It belongs to the thread that made it.
final class RelayRing {
    /// Of one buffer. One socket may fill 32 in a burst before others get their turn (io_uring's limit); with `pendingBytes` that
    /// is less than what a direction may hold elsewhere.
    static let bufferBytes = 1_536
    /// Shared by all sockets. A buffer is in use from the moment bytes are in it until they are sent, which is a round or two.
    static let bufferCount = 512
    /// What may wait for the end of a send before the direction counts as one with long messages.
    static let pendingBytes = 6 << 10
    private static let completionCapacity = 512

    struct Send {
        var peer = EventToken(raw: 0)
        var count = 0
    }

    private let ring: OpaquePointer
    /// By buffer: whose bytes are on their way from it.
    private let sends: UnsafeMutablePointer<Send>
    private let completions: UnsafeMutablePointer<martlet_completion>
    /// Receives that have not told their end yet.
    private var receives = 0
    private var sending = 0
    private var watchesEvents = false
    /// Somebody waits for the end of a send. Otherwise that is no news: it can be told with the next message.
    var awaitsSends = false

    /// - Throws: `GatewayError.system` where the system has none, or not one like this.
    init() throws {
        var reason: Int32 = 0
        guard let made = martlet_ring_create(UInt32(Self.bufferCount), UInt32(Self.bufferBytes), &reason) else {
            throw GatewayError.system(what: "io_uring", code: -reason)
        }
        ring = made
        sends = .allocate(capacity: Self.bufferCount)
        sends.initialize(repeating: Send(), count: Self.bufferCount)
        completions = .allocate(capacity: Self.completionCapacity)
    }

    deinit {
        martlet_ring_destroy(ring)
        sends.deallocate()
        completions.deallocate()
    }

    /// The kernel has something of ours, so the ring is what must be waited on.
    var isBusy: Bool { receives + sending > 0 }

    func bytes(_ buffer: Int, _ count: Int) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: martlet_ring_buffer(ring, Int32(buffer)), count: count)
    }

    /// Puts other bytes, which must be no more than `bufferBytes`, into a buffer.
    func fill(_ buffer: Int, _ bytes: UnsafeRawBufferPointer) {
        let room = UnsafeMutableRawBufferPointer(start: martlet_ring_buffer(ring, Int32(buffer)), count: Self.bufferBytes)
        room.copyMemory(from: bytes)
    }

    func giveBack(_ buffer: Int) { martlet_ring_give_back(ring, Int32(buffer)) }

    /// Begins to read from a peer's socket. False when there is no room.
    func receive(_ descriptor: Int32, _ peer: EventToken) -> Bool {
        guard martlet_ring_receive(ring, descriptor, RingToken.received(peer).raw) == 0 else { return false }
        receives += 1
        return true
    }

    /// Stops reading; the end of it is told. False when there is no room.
    func cancel(_ peer: EventToken) -> Bool { martlet_ring_cancel(ring, RingToken.received(peer).raw) == 0 }

    /// Sends what is in a buffer to a peer. False when there is no room.
    func send(_ buffer: Int, _ count: Int, to descriptor: Int32, _ peer: EventToken) -> Bool {
        let bytes = martlet_ring_buffer(ring, Int32(buffer))
        guard martlet_ring_send(ring, descriptor, bytes, count, RingToken.sent(buffer: buffer).raw) == 0 else { return false }
        sends[buffer] = Send(peer: peer, count: count)
        sending += 1
        return true
    }

    /// What was sent from a buffer.
    func sent(_ buffer: Int) -> Send { sends[buffer] }

    /// Hands over what is queued: after this no queued request means a descriptor by its number. Where that is not possible, for
    /// want of memory, going on could give one client another's bytes.
    func submit() {
        for _ in 0..<100 where martlet_ring_queued(ring) > 0 { _ = martlet_ring_submit(ring) }
        precondition(martlet_ring_queued(ring) == 0, "io_uring_enter takes no requests")
    }

    /// Has the ring tell when `epoll` has events, once.
    func watch(_ epoll: Int32) {
        guard !watchesEvents else { return }
        watchesEvents = martlet_ring_poll(ring, epoll, RingToken.events.raw) == 0
    }

    /// Waits for something to be told.
    func wait(milliseconds: Int32) {
        let answer = martlet_ring_wait(ring, milliseconds, awaitsSends ? 1 : 0)
        precondition(answer == 0, "io_uring_enter: \(SystemError.text(-answer))")
    }

    /// Hands over everything that the kernel has told. `events` when epoll has some.
    func takeAll(_ body: (RingToken, martlet_completion) -> Void) -> Bool {
        var hasEvents = false
        var count: Int32
        repeat {
            count = martlet_ring_take(ring, completions, Int32(Self.completionCapacity))
            for index in 0..<Int(count) {
                let token = RingToken(raw: completions[index].token)
                switch token {
                case .received: if completions[index].goes_on == 0 { receives -= 1 }
                case .sent:
                    sending -= 1
                    if sending == 0 { awaitsSends = false }
                case .events:
                    hasEvents = true
                    watchesEvents = false
                case .nothing: break
                }
                body(token, completions[index])
            }
        } while count == Self.completionCapacity
        return hasEvents
    }
}
