import CMartlet
import Logging

/// One thread's event loop: takes connections, reads start-up packets, and moves bytes between clients and servers.
///
/// All its state belongs to the thread in `run`; the mailbox is the only way in. Several loops can run beside each other, each
/// with listening sockets of its own. The path of a relayed chunk is: an event, one `recv` into the loop's scratch memory, one
/// `send`; it allocates nothing and touches no reference count. Connections that have been steady for a while take a shorter one
/// (`RelayLoop+Ring`).
final class RelayLoop: @unchecked Sendable {
    /// Memory for one read. What a slow reader does not take of it is kept for it: no connection has more than this in each
    /// direction, because nothing is read while something is kept.
    static let scratchBytes = 64 << 10
    /// Reads of one socket in a row before the others get their turn.
    static let readsInARow = 4
    private static let eventCapacity = 512

    let mailbox: RelayMailbox
    let options: GatewayOptions
    let logger: Logger
    let epoll: Int32
    let scratch: UnsafeMutableRawPointer
    let secure = TLSBuffers()
    let book: LoginBook
    let slots: UnsafeMutablePointer<RelaySlot>
    let peers: UnsafeMutablePointer<RelayPeer>
    private let events: UnsafeMutablePointer<martlet_event>

    var arena: SlotArena
    /// nil where a route was taken away.
    var routes: [RelayRoute?] = []
    /// nil where a shared listener was taken away.
    var lobbies: [Lobby?] = []
    /// Listening sockets, and the route of each, or the place of its lobby (`lobbyPlace`).
    var listeners: [Int32: Int] = [:]
    /// Slots whose start-up packets are not complete. All have the same time but for those that will be refused, which have less:
    /// the first is one of those, or the oldest.
    var startups = DeadlineQueue()
    /// Slots that wait for a server, or linger.
    var deadlines = DeadlineQueue()
    /// Slots that are met with silence.
    var silents = DeadlineQueue()
    /// How many slots wait after failed logins.
    var delayed = 0
    /// Routes whose server is to be tried again.
    var probes = DeadlineQueue()
    /// Peers that were read for long enough and have more.
    var queuedPeers: [EventToken] = []
    /// Set while no connections are taken, because there is no room; when to look again.
    var acceptAgainAt: UInt64?
    /// Clients past their start-up packets, over all routes.
    var admitted = 0
    var now: UInt64
    var logBudget: LogBudget
    /// nil where the system has none, or it is not to be used.
    var ring: RelayRing?
    var load: RelayLoad
    private var isRunning = true

    init(options: GatewayOptions, logger: Logger, book: LoginBook = LoginBook()) throws {
        mailbox = try RelayMailbox()
        epoll = try GatewayError.check(martlet_epoll_create(), "epoll_create1")
        self.options = options
        self.logger = logger
        self.book = book
        let limits = options.limits
        arena = SlotArena(capacity: limits.connections + 2 * limits.pendingStartups + limits.silentRefusals + 256)
        slots = arena.slots
        peers = arena.peers
        scratch = .allocate(byteCount: Self.scratchBytes, alignment: 64)
        events = .allocate(capacity: Self.eventCapacity)
        now = martlet_now_ns()
        logBudget = LogBudget(now: now)
        load = RelayLoad(options.ringLoad)
        let token = EventToken(.mailbox, index: 0).raw
        try GatewayError.check(martlet_epoll_add(epoll, mailbox.descriptor, MARTLET_IN, token), "epoll_ctl")
    }

    deinit {
        martlet_close(epoll)
        arena.deallocate()
        scratch.deallocate()
        secure.deallocate()
        events.deallocate()
    }

    /// Returns after `RelayCommand.stop`, with everything closed.
    func run() {
        openRing()
        while isRunning {
            if let ring, ring.isBusy {
                ringTurn(ring)
            } else {
                _ = load.turned(messages: epollTurn(milliseconds: waitMilliseconds()), now: now)
            }
            if !queuedPeers.isEmpty { serveQueued() }
            expire()
        }
        closeEverything()
        closeRing()
    }

    /// How many events there were.
    @discardableResult
    func epollTurn(milliseconds: Int32) -> Int {
        let count = martlet_epoll_wait(epoll, events, Int32(Self.eventCapacity), milliseconds)
        precondition(count >= 0, "epoll_wait: \(SystemError.text(-count))")
        now = martlet_now_ns()
        for index in 0..<Int(count) { dispatch(EventToken(raw: events[index].data.u64), events[index].events) }
        return Int(count)
    }

    /// Until the earliest deadline; for ever when there is none, so that an idle gateway never wakes.
    func waitMilliseconds() -> Int32 {
        guard queuedPeers.isEmpty else { return 0 }
        let earliest = min(
            min(startups.earliest ?? .max, deadlines.earliest ?? .max, silents.earliest ?? .max),
            min(probes.earliest ?? .max, acceptAgainAt ?? .max))
        guard earliest != .max else { return -1 }
        let left = earliest > now ? earliest - now : 0
        return Int32(min((left + 999_999) / 1_000_000, 3_600_000))
    }

    @inline(__always)
    private func dispatch(_ token: EventToken, _ bits: UInt32) {
        switch token.subject {
        case .peer:
            guard isCurrent(token) else { return }
            peerEvent(token.index, bits)
        case .listener: acceptConnections(Int32(token.index))
        case .mailbox: mailbox.take().forEach(obey)
        case nil: break
        }
    }

    /// False for an event of a connection that was closed earlier in the same round.
    @inline(__always)
    func isCurrent(_ token: EventToken) -> Bool {
        peers[token.index].descriptor >= 0 && slots[token.index >> 1].generation == token.generation
    }

    /// The list is taken first: who still has more afterwards waits for the next round.
    private func serveQueued() {
        let tokens = queuedPeers
        queuedPeers.removeAll(keepingCapacity: true)
        for token in tokens where isCurrent(token) {
            peers[token.index].queued = false
            read(token.index)
        }
    }

    private func expire() {
        while let slot = startups.popDue(now: now) { perform(slots[slot].machine.timedOut(), slot) }
        while let slot = silents.popDue(now: now) { perform(slots[slot].machine.evicted(), slot) }
        while let slot = deadlines.popDue(now: now) { perform(slots[slot].machine.timedOut(), slot) }
        while let route = probes.popDue(now: now) { release(route) }
        if let again = acceptAgainAt, again <= now { resumeAccepting() }
    }

    func stop() { isRunning = false }

    /// Logs what a stranger caused, as far as the budget goes.
    func note(_ level: Logger.Level, _ message: @autoclosure () -> String, _ metadata: @autoclosure () -> Logger.Metadata) {
        guard logger.logLevel <= level else { return }
        let (allowed, suppressed) = logBudget.take(now: now)
        guard allowed else { return }
        var details = metadata()
        if suppressed > 0 { details["lines-left-out-before"] = "\(suppressed)" }
        logger.log(level: level, "\(message())", metadata: details)
    }
}
