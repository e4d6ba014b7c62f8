/// Everything that a pool decides, without a socket and without a clock: events with their instants go in, actions come out.
struct PoolStateMachine: Sendable {
    typealias Instant = ContinuousClock.Instant

    struct ConnectionID: Sendable, Hashable { var number: Int }
    struct WaiterID: Sendable, Hashable { var number: Int }

    enum Event: Sendable, Equatable {
        case start
        case acquire(WaiterID, CallPlace)
        /// The one who waited does not want it any more.
        case giveUp(WaiterID)
        case release(ConnectionID, isUsable: Bool)
        case connected(ConnectionID)
        case connectFailed(ConnectionID, ConnectFailure)
        case checked(ConnectionID, isHealthy: Bool)
        /// What `close` asked for is done.
        case closed(ConnectionID)
        /// A deadline (`wakeAt`) has come.
        case tick
        /// The server turned out to be another than the one that was wanted: what goes there is used no more.
        case distrust
        case drain
        /// Those who hold a connection had their time.
        case drainTimedOut
    }

    enum Action: Sendable, Equatable {
        case open(ConnectionID)
        case check(ConnectionID)
        case close(ConnectionID)
        /// Somebody uses it; it ends all the same.
        case abort(ConnectionID)
        case lease(WaiterID, ConnectionID)
        case fail(WaiterID, DatabaseError)
        case cancel(WaiterID)
        /// The last connection is closed after `drain`. Comes once.
        case finished
    }

    /// Can transition to: `connecting` → idle, closing (or gone); `idle` → leased, checking, closing; `checking` → idle, closing;
    /// `leased` → idle, leased (handed on), closing; `closing` → gone.
    enum State: Sendable, Equatable {
        case connecting
        case idle(since: Instant, checkedAt: Instant)
        case checking(idleSince: Instant)
        case leased(CallPlace, since: Instant)
        case closing
    }

    struct Connection: Sendable, Equatable {
        var state: State
        var openedAt: Instant
    }

    struct Waiter: Sendable, Equatable {
        var place: CallPlace
        var since: Instant
    }

    /// An overflow connection stays so long after its last use: traffic that comes in gusts does not open one for each gust.
    static let overflowIdle: Duration = .seconds(5)
    static let retryPauseMax: Duration = .seconds(2)
    /// A server that answered so short a time ago is not looked at again before the next statement.
    static let warmth: Duration = .milliseconds(1)

    let configuration: PoolConfiguration
    var connections: [ConnectionID: Connection] = [:]
    /// The most recently used last; the others may become superfluous.
    var idle: [ConnectionID] = []
    var waiters: [WaiterID: Waiter] = [:]
    /// In the order of their arrival, which is that of their deadlines. Holds some that gave up.
    var queue: [WaiterID] = []
    var queueHead = 0
    private var nextConnection = 0
    var connectingCount = 0
    var checkingCount = 0
    var closingCount = 0
    /// How many attempts to connect failed in a row.
    var failures = 0
    var lastFailure: ConnectFailure?
    var retryAt: Instant?
    /// A server that was never reached is reported at once; one that was is waited for.
    var wasEverConnected = false
    /// Connections opened until then are not lent again.
    var distrustedUntil: Instant?
    var isDraining = false
    var isFinished = false
    /// When `tick` is due. Never later than the first deadline; it may be earlier.
    var wakeAt: Instant?

    init(_ configuration: PoolConfiguration) { self.configuration = configuration }

    var limit: Int { configuration.maximum + configuration.overflow }
    var leasedCount: Int { connections.values.count { if case .leased = $0.state { true } else { false } } }

    mutating func newID() -> ConnectionID {
        nextConnection += 1
        return ConnectionID(number: nextConnection)
    }

    mutating func wake(by instant: Instant) { if instant < wakeAt ?? instant + .seconds(1) { wakeAt = instant } }
}
