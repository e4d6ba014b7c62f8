import CMartlet

/// One socket of a connection. Peer `2 n` is the client of slot `n`, peer `2 n + 1` its server: the other end of `p` is `p ^ 1`.
/// A plain value: a loop keeps all of them in one piece of memory, and nothing in them is reference-counted.
struct RelayPeer {
    /// What is done with what arrives.
    enum Input: UInt8 {
        /// Left in the kernel.
        case leave
        /// Read as start-up packets.
        case startup
        /// Read as a server's first message.
        case greeting
        /// Read as a client's password.
        case password
        /// A server's messages, passed to the client, and followed until the login is over.
        case login
        /// Either side's packets of a MySQL login: each is looked at and numbered anew before it is passed on.
        case mysqlLogin
        /// Passed to the other end.
        case relay
        /// A client's TLS, opened and passed to the server.
        case unseal
        /// A server's bytes, sealed and passed to the client.
        case seal
        /// Read and dropped.
        case discard

        /// What arrives goes on to the other end.
        var isPassedOn: Bool {
            switch self {
            case .relay, .unseal, .seal, .login, .mysqlLogin: true
            case .leave, .startup, .greeting, .password, .discard: false
            }
        }
    }

    /// -1 for none.
    var descriptor: Int32 = -1
    var input = Input.leave
    /// There may be something to read: set by an event, cleared by a read that found less than it asked for.
    var readable = false
    /// The other side has ended its writing half: reading goes on until it says so itself.
    var ending = false
    /// The other side is gone in both directions.
    var gone = false
    /// To be watched for becoming writable.
    var awaitsOutput = false
    /// Who reads from it: the loop, when epoll says that there is something, or the kernel (`RelayRing`).
    var ring = RingState.outside
    /// Bytes for it are in the kernel's hands, to be written before those of the backlog. See `RelayLoop.isSending`.
    var sending = false
    var pace = RelayPace()
    /// Stands in the list of those that were read for long enough and get their turn again.
    var queued = false
    /// What epoll watches it for; 0 when epoll does not know it.
    var watched: UInt32 = 0
    /// Bytes for this socket that it could not take.
    var backlog = ByteStash()

    /// What epoll is to watch it for.
    var wantedBits: UInt32 {
        let input = ring == .outside ? MARTLET_IN | MARTLET_RDHUP : 0
        let bits = awaitsOutput ? input | MARTLET_OUT : input
        return bits == 0 ? 0 : bits | MARTLET_EDGE
    }
}

/// What else belongs to a connection.
struct RelaySlot {
    /// Which of the loop's lists the connection stands in; `RelayLoop.enter` alone moves it.
    enum Ledger: UInt8 {
        case free
        /// Among those with start-up packets to come, or an answer to the server's greeting.
        case startup
        /// Not admitted by a security group, and not told so.
        case silent
        /// Waits after failed logins.
        case delayed
        /// In its route's hold queue.
        case queued
        /// Sent to a server that has not answered yet.
        case trying
        /// Asked for a login token, or in the middle of a MySQL login.
        case authenticating
        /// Counted as a client of its route.
        case relaying
        /// A cancel request: counted nowhere.
        case cancelling
        case lingering
    }

    var ledger = Ledger.free
    var machine: RelayStateMachine
    /// Goes up each time the slot is used again, so that a late event is known for what it is.
    var generation: UInt32
    /// The place of the route in the loop's table; -1 for none, and less while the client is in a lobby (`lobbyPlace`).
    var route: Int32
    /// The place in the route's hold queue.
    var ticket: UInt64
    /// When it has waited long enough, in nanoseconds of the monotonic clock. 0 while it has not begun to wait.
    var holdDeadline: UInt64
    /// What the client sent so far: start-up bytes, kept until the login is over, because they may be sent again and name the
    /// user; behind them a password that the gateway asked for. Of a MySQL client: packets that are not whole yet, or come early.
    var startup: ByteStash
    /// What the server said first, while it is not for the client's eyes. Of a MySQL server: packets that are not whole yet.
    var greeting = ByteStash()
    /// The user of a MySQL login, until it is over.
    var account = ByteStash()
    var source = SourceAddress.none
    /// No security group rule admits the client: its start-up packet will be refused.
    var isBarred = false
    var negotiation = TLSNegotiation()
    /// A `martlet_tls`, from the beginning of the handshake until the connection is closed.
    var tls: OpaquePointer?
    var sniffer = LoginSniffer()
    var login = MySQLLogin()
    /// The MySQL client's first answer was not empty.
    var usesPassword = false
    /// The gateway has seen a good login token.
    var usedToken = false
}

/// All slots of a loop, and which of them are free. Memory is reserved for the most there may be, and touched when used.
struct SlotArena {
    let slots: UnsafeMutablePointer<RelaySlot>
    let peers: UnsafeMutablePointer<RelayPeer>
    let capacity: Int
    private var free: [Int32] = []
    private var touched = 0
    private(set) var inUse = 0

    init(capacity: Int) {
        self.capacity = capacity
        slots = .allocate(capacity: capacity)
        peers = .allocate(capacity: 2 * capacity)
    }

    /// The caller has given back every slot.
    func deallocate() {
        slots.deallocate()
        peers.deallocate()
    }

    /// How many slots were ever used; those above have no value.
    var highWater: Int { touched }

    mutating func take(machine: RelayStateMachine, route: Int32) -> Int? {
        guard let slot = free.popLast().map(Int.init) ?? fresh() else { return nil }
        let generation = slots[slot].generation &+ 1
        (slots + slot).initialize(
            to: RelaySlot(
                machine: machine, generation: generation & 0x3FFF_FFFF, route: route, ticket: 0, holdDeadline: 0,
                startup: ByteStash()))
        (peers + 2 * slot).initialize(to: RelayPeer())
        (peers + 2 * slot + 1).initialize(to: RelayPeer())
        inUse += 1
        return slot
    }

    mutating func giveBack(_ slot: Int) {
        inUse -= 1
        free.append(Int32(slot))
    }

    private mutating func fresh() -> Int? {
        guard touched < capacity else { return nil }
        let slot = touched
        touched += 1
        (slots + slot).initialize(
            to: RelaySlot(
                machine: RelayStateMachine(opening: .serverSpeaks), generation: 0, route: -1, ticket: 0, holdDeadline: 0,
                startup: ByteStash()))
        return slot
    }
}

/// What an event is about, packed into the 64 bits that epoll gives back.
struct EventToken: Equatable {
    enum Subject: UInt64 {
        case peer = 0
        case listener = 1
        case mailbox = 2
    }

    let raw: UInt64

    init(raw: UInt64) { self.raw = raw }

    init(_ subject: Subject, index: Int, generation: UInt32 = 0) {
        raw = subject.rawValue << 62 | UInt64(generation & 0x3FFF_FFFF) << 32 | UInt64(UInt32(index))
    }

    var subject: Subject? { Subject(rawValue: raw >> 62) }
    var generation: UInt32 { UInt32(truncatingIfNeeded: raw >> 32) & 0x3FFF_FFFF }
    var index: Int { Int(UInt32(truncatingIfNeeded: raw)) }
}
