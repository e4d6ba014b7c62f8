import Routing

/// Who of a route's new clients may go to the server now, and in what order the others follow.
///
/// Clients wait while the gate is held, and while the server does not answer. In the second case one of them at a time tries
/// (so that a starting server is not stormed); when it gets through, the others follow in the order in which they came.
struct HoldQueue {
    /// The place in the order of arrival.
    typealias Ticket = UInt64

    enum Arrival: Equatable {
        case connect(Ticket)
        case wait(Ticket)
        /// The queue is full.
        case refuse
    }

    private enum Server: Equatable {
        /// As far as is known, it answers. Can become `silent`.
        case answering
        /// The last try failed; the next is due at `probeAt`, or is under way when that is nil. Can become `answering`.
        case silent(attempt: Int, probeAt: UInt64?)
    }

    private struct Waiter {
        var ticket: Ticket
        var slot: Int
    }

    private(set) var gate: Route.Gate
    private let limit: Int
    private let backOff: BackOff
    private var server = Server.answering
    private var waiters: [Waiter] = []
    private var nextTicket: Ticket = 1

    init(gate: Route.Gate, limit: Int, backOff: BackOff = .server) {
        self.gate = gate
        self.limit = limit
        self.backOff = backOff
    }

    var waiting: Int { waiters.count }
    /// The slots that wait, first come first.
    var slots: [Int] { waiters.map(\.slot) }

    /// When the next try is due; nil when there is nobody to try or no need to.
    var nextProbe: UInt64? {
        guard gate == .open, !waiters.isEmpty, case .silent(_, let probeAt) = server else { return nil }
        return probeAt
    }

    /// A new client.
    mutating func arrive(slot: Int, now: UInt64) -> Arrival {
        guard waiters.count < limit else { return .refuse }
        let ticket = nextTicket
        nextTicket += 1
        if gate == .open, waiters.isEmpty, mayTry(now: now) { return .connect(ticket) }
        waiters.append(Waiter(ticket: ticket, slot: slot))
        return .wait(ticket)
    }

    /// A client that waited has gone, or has waited long enough.
    mutating func leave(ticket: Ticket) {
        let place = self.place(of: ticket)
        guard place < waiters.count, waiters[place].ticket == ticket else { return }
        waiters.remove(at: place)
    }

    /// A client that was let through found no server; it takes its place in the queue again.
    mutating func failed(ticket: Ticket, slot: Int, now: UInt64) {
        waiters.insert(Waiter(ticket: ticket, slot: slot), at: place(of: ticket))
        missed(now: now)
    }

    /// A client that was let through ended before the server answered it.
    mutating func abandoned(now: UInt64) {
        guard case .silent(let attempt, nil) = server else { return }
        server = .silent(attempt: attempt, probeAt: now)
    }

    /// The server answered. The others may follow: call `next` until it is nil.
    mutating func answered() { server = .answering }

    mutating func set(gate new: Route.Gate) {
        // Whoever opens the gate knows that the server is back.
        if new == .open, gate == .hold { server = .answering }
        gate = new
    }

    /// The next client that may go to the server now.
    mutating func next(now: UInt64) -> (slot: Int, ticket: Ticket)? {
        guard gate == .open, let first = waiters.first, mayTry(now: now) else { return nil }
        waiters.removeFirst()
        return (first.slot, first.ticket)
    }

    /// True when the server answers, or when it is time for one to try; that try is then under way.
    private mutating func mayTry(now: UInt64) -> Bool {
        switch server {
        case .answering: return true
        case .silent(_, nil): return false
        case .silent(let attempt, let probeAt?):
            guard probeAt <= now else { return false }
            server = .silent(attempt: attempt, probeAt: nil)
            return true
        }
    }

    private mutating func missed(now: UInt64) {
        switch server {
        case .answering: server = .silent(attempt: 1, probeAt: now + backOff.delay(attempt: 1))
        case .silent(let attempt, nil): server = .silent(attempt: attempt + 1, probeAt: now + backOff.delay(attempt: attempt + 1))
        // A try from before the server fell silent; the next one is set already.
        case .silent: break
        }
    }

    private func place(of ticket: Ticket) -> Int {
        var low = 0
        var high = waiters.count
        while low < high {
            let middle = (low + high) / 2
            if waiters[middle].ticket < ticket { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
