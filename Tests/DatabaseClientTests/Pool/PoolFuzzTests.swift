import Testing

@testable import DatabaseClient

/// A generator with a seed, so that a run can be repeated.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

    mutating func next() -> UInt64 {
        state ^= state << 13
        state ^= state >> 7
        state ^= state << 17
        return state
    }
}

/// A world around a pool: it does what the pool asks for, in any order, and keeps its own books.
private struct World {
    typealias ID = PoolStateMachine.ConnectionID
    typealias Waiter = PoolStateMachine.WaiterID

    var machine: PoolStateMachine
    var now = ContinuousClock.now
    var random: SeededGenerator
    var connecting: Set<ID> = []
    var checking: Set<ID> = []
    var closing: Set<ID> = []
    var leased: Set<ID> = []
    var waiting: Set<Waiter> = []
    var nextWaiter = 0
    var finished = 0

    init(seed: UInt64) {
        random = SeededGenerator(seed: seed)
        var configuration = PoolConfiguration()
        configuration.maximum = Int.random(in: 1...4, using: &random)
        configuration.minimum = Int.random(in: 0...configuration.maximum, using: &random)
        configuration.overflow = Int.random(in: 0...3, using: &random)
        machine = PoolStateMachine(configuration)
    }

    mutating func send(_ event: PoolStateMachine.Event) {
        for action in machine.handle(event, at: now) { perform(action) }
    }

    mutating func perform(_ action: PoolStateMachine.Action) {
        switch action {
        case .open(let id): #expect(connecting.insert(id).inserted)
        case .check(let id): #expect(checking.insert(id).inserted && !leased.contains(id))
        case .close(let id):
            #expect(closing.insert(id).inserted && !leased.contains(id))
        case .abort(let id):
            #expect(closing.insert(id).inserted && leased.remove(id) != nil)
        case .lease(let waiter, let id):
            #expect(waiting.remove(waiter) != nil, "answered twice")
            #expect(leased.insert(id).inserted && !closing.contains(id), "leased twice")
        case .fail(let waiter, _), .cancel(let waiter): #expect(waiting.remove(waiter) != nil, "answered twice")
        case .finished: finished += 1
        }
    }

    mutating func step() {
        switch Int.random(in: 0..<16, using: &random) {
        case 0..<4: acquire()
        case 4..<8:
            if let id = leased.randomElement(using: &random) {
                leased.remove(id)
                let isUsable = Bool.random(using: &random)
                if !isUsable || !machine.takeBack(id, at: now) { send(.release(id, isUsable: isUsable)) }
            }
        case 8..<10:
            if let id = connecting.randomElement(using: &random) {
                connecting.remove(id)
                finishConnecting(id)
            }
        case 10:
            if let id = checking.randomElement(using: &random) {
                checking.remove(id)
                send(.checked(id, isHealthy: Bool.random(using: &random)))
            }
        case 11..<13:
            if let id = closing.subtracting(connecting).randomElement(using: &random) {
                closing.remove(id)
                send(.closed(id))
            }
        case 14 where Int.random(in: 0..<4, using: &random) == 0: send(.distrust)
        case 13: if let waiter = waiting.randomElement(using: &random) { send(.giveUp(waiter)) }
        default: passTime()
        }
    }

    private mutating func acquire() {
        nextWaiter += 1
        if let (id, _) = machine.leaseIdle(CallPlace("Quick.swift", 1), at: now) {
            #expect(leased.insert(id).inserted && !closing.contains(id) && waiting.isEmpty)
        } else {
            let waiter = Waiter(number: nextWaiter)
            waiting.insert(waiter)
            send(.acquire(waiter, CallPlace("Slow.swift", 1)))
        }
    }

    /// As the executor does it: what was closed while it connected is closed when it is connected.
    private mutating func finishConnecting(_ id: ID) {
        let reason = ConnectFailure(
            place: "h", reason: "no",
            refusal: Bool.random(using: &random) ? ServerError(sqlState: "28P01", message: "no") : nil)
        if Int.random(in: 0..<3, using: &random) == 0 {
            closing.remove(id)
            send(.connectFailed(id, reason))
        } else {
            send(.connected(id))
        }
    }

    private mutating func passTime() {
        now += .milliseconds(Int.random(in: 0...20_000, using: &random))
        if let due = machine.wakeAt, due <= now { send(.tick) }
    }

    func check() {
        #expect(machine.connections.count <= machine.limit)
        #expect(Set(machine.waiters.keys) == waiting)
        let states = machine.connections
        #expect(machine.leasedCount == leased.count)
        #expect(Set(machine.idle).count == machine.idle.count)
        for id in machine.idle { if case .idle = states[id]?.state {} else { Issue.record("\(id) is not idle") } }
        #expect(machine.connectingCount == states.values.count { $0.state == .connecting })
        #expect(machine.checkingCount == checking.count)
        #expect(machine.closingCount == states.values.count { $0.state == .closing })
        // Whoever waits has a deadline, and somebody who will serve him unless all places are taken or a pause is on.
        guard !waiting.isEmpty else { return }
        #expect(machine.wakeAt != nil)
        #expect(!machine.hasFreshIdle(now), "somebody waits beside an idle connection")
        let isPaused = machine.retryAt.map { $0 > now } ?? false
        let isServed = machine.connectingCount + machine.checkingCount > 0 || states.count == machine.limit
        #expect(isServed || isPaused || machine.failures > 0)
    }

    /// Everybody gives back, everything closes: the pool ends, once.
    mutating func drain() {
        send(.drain)
        var rounds = 0
        while !(connecting.isEmpty && checking.isEmpty && closing.isEmpty && leased.isEmpty), rounds < 10_000 {
            rounds += 1
            if let id = leased.popFirst() { send(.release(id, isUsable: true)) }
            if let id = connecting.popFirst() { send(.connected(id)) }
            if let id = checking.popFirst() { send(.checked(id, isHealthy: true)) }
            if let id = closing.first(where: { !connecting.contains($0) }) {
                closing.remove(id)
                send(.closed(id))
            }
        }
        #expect(waiting.isEmpty && machine.connections.isEmpty && finished == 1)
    }
}

@Suite("Pool under random events")
struct PoolFuzzTests {
    @Test(arguments: 1...200)
    func invariantsHold(seed: UInt64) {
        var world = World(seed: seed)
        world.send(.start)
        for _ in 0..<500 {
            world.step()
            world.check()
        }
        world.drain()
    }
}
