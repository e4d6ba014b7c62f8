import Testing

@testable import DatabaseClient

private typealias Action = PoolStateMachine.Action

/// A pool, a clock that only tests move, and short names.
private struct Bench {
    var machine: PoolStateMachine
    var now = ContinuousClock.now

    init(minimum: Int = 0, maximum: Int = 2, overflow: Int = 1, change: (inout PoolConfiguration) -> Void = { _ in }) {
        var configuration = PoolConfiguration()
        configuration.minimum = minimum
        configuration.maximum = maximum
        configuration.overflow = overflow
        change(&configuration)
        machine = PoolStateMachine(configuration)
    }

    mutating func send(_ event: PoolStateMachine.Event, after: Duration = .zero) -> [Action] {
        now += after
        return machine.handle(event, at: now)
    }

    mutating func acquire(_ number: Int, _ place: CallPlace = CallPlace("Test.swift", 1)) -> [Action] {
        send(.acquire(.init(number: number), place))
    }
    mutating func connected(_ number: Int) -> [Action] { send(.connected(.init(number: number))) }
    mutating func takeBack(_ number: Int) -> Bool { machine.takeBack(.init(number: number), at: now) }
    /// Whether the connection is warm; nil: there is none to have at once.
    mutating func leaseIdle(after: Duration) -> Bool? {
        now += after
        return machine.leaseIdle(CallPlace("Test.swift", 2), at: now)?.isWarm
    }
    mutating func release(_ number: Int, usable: Bool = true) -> [Action] {
        send(.release(.init(number: number), isUsable: usable))
    }
}

private func open(_ number: Int) -> Action { .open(.init(number: number)) }
private func close(_ number: Int) -> Action { .close(.init(number: number)) }
private func check(_ number: Int) -> Action { .check(.init(number: number)) }
private func lease(_ waiter: Int, _ number: Int) -> Action { .lease(.init(number: waiter), .init(number: number)) }

private let refused = ConnectFailure(place: "h:1", reason: "refused.")
private let wrongPassword = ConnectFailure(
    place: "h:1", reason: "no.", refusal: ServerError(sqlState: "28P01", message: "no"))

@Suite("Pool state machine")
struct PoolStateMachineTests {
    @Test func opensForWhoWaitsAndHandsOn() {
        var pool = Bench()
        #expect(pool.acquire(1) == [open(1)])
        #expect(pool.connected(1) == [lease(1, 1)])
        #expect(pool.acquire(2) == [open(2)])
        #expect(pool.acquire(3) == [open(3)])
        #expect(pool.acquire(4) == [])  // two and one of overflow: the limit
        #expect(pool.release(1) == [lease(2, 1)])
        #expect(pool.connected(2) == [lease(3, 2)])
        #expect(pool.connected(3) == [lease(4, 3)])
        #expect(pool.release(9) == [])
    }

    @Test func keepsTheMinimum() {
        var pool = Bench(minimum: 2)
        #expect(pool.send(.start) == [open(1), open(2)])
        _ = pool.connected(1)
        _ = pool.connected(2)
        #expect(pool.acquire(1) == [lease(1, 2)])  // the one used last
        #expect(pool.release(2, usable: false) == [close(2)])
        #expect(pool.send(.closed(.init(number: 2))) == [open(3)])
    }

    @Test func closesWhatIsTooMuch() {
        var pool = Bench(maximum: 1, overflow: 1)
        _ = pool.acquire(1)
        _ = pool.acquire(2)
        _ = pool.connected(1)
        _ = pool.connected(2)
        _ = pool.release(1)
        _ = pool.release(2)
        #expect(pool.send(.tick, after: .seconds(4)) == [])
        #expect(pool.send(.tick, after: .seconds(1)) == [close(1)])  // overflow
        #expect(pool.send(.closed(.init(number: 1))) == [])
        #expect(pool.send(.tick, after: .seconds(595)) == [close(2)])  // idle
    }

    @Test func looksAtTheSocketOfNoConnectionThatWasUsedJustNow() {
        var pool = Bench()
        _ = pool.acquire(1)
        _ = pool.connected(1)
        #expect(pool.takeBack(1) == true)
        #expect(pool.takeBack(1) == false)  // nobody has it
        #expect(pool.leaseIdle(after: .microseconds(999)) == true)
        #expect(pool.takeBack(1) == true)
        #expect(pool.leaseIdle(after: .milliseconds(1)) == false)
        _ = pool.acquire(2)
        #expect(pool.takeBack(1) == false)  // somebody waits for it
        #expect(pool.release(1) == [lease(2, 1)])
    }

    @Test func asksConnectionsThatWereIdleForLong() {
        var pool = Bench()
        _ = pool.acquire(1)
        _ = pool.connected(1)
        _ = pool.release(1)
        #expect(pool.leaseIdle(after: .seconds(31)) == nil)
        #expect(pool.acquire(2) == [check(1)])
        #expect(pool.send(.checked(.init(number: 1), isHealthy: true)) == [lease(2, 1)])
        _ = pool.release(1)
        #expect(pool.send(.tick, after: .seconds(31)) == [check(1)])
        #expect(pool.acquire(3) == [])  // its check is on the way
        #expect(pool.send(.checked(.init(number: 1), isHealthy: false)) == [close(1), open(2)])
    }

    @Test func endsALifeBetweenUses() {
        var pool = Bench()
        _ = pool.acquire(1)
        _ = pool.connected(1)
        #expect(pool.send(.tick, after: .seconds(3601)) == [])
        #expect(pool.release(1) == [close(1)])
    }

    @Test func namesTheHoldersWhenNoneComesFree() throws {
        var pool = Bench(maximum: 1, overflow: 1)
        _ = pool.acquire(1, CallPlace("A.swift", 1))
        _ = pool.connected(1)
        pool.now += .seconds(5)
        _ = pool.acquire(2, CallPlace("B.swift", 2))
        _ = pool.connected(2)
        _ = pool.acquire(3)
        #expect(pool.machine.wakeAt.map { $0 <= pool.now + .seconds(30) } == true)
        #expect(pool.send(.tick, after: .seconds(29)) == [])
        let actions = pool.send(.tick, after: .seconds(1))
        guard case .fail(_, .poolExhausted(let exhaustion)) = try #require(actions.first) else {
            throw TestFailure("\(actions)")
        }
        #expect(exhaustion.waited == .seconds(30) && exhaustion.limit == 2)
        #expect(exhaustion.holders.map(\.label) == ["A.swift:1", "B.swift:2"])
        #expect(exhaustion.description.contains("A.swift:1 for 35.0 s, B.swift:2 for 30.0 s"))
        #expect(pool.release(1) == [])  // nobody waits any more
    }

    @Test func aServerNeverReachedIsReportedAtOnce() {
        var pool = Bench()
        _ = pool.acquire(1)
        _ = pool.acquire(2)
        #expect(
            pool.send(.connectFailed(.init(number: 1), refused)) == [
                .fail(.init(number: 1), .connectFailed(refused)), .fail(.init(number: 2), .connectFailed(refused)),
            ])
    }

    @Test func aServerOnceReachedIsWaitedFor() {
        var pool = Bench()
        _ = pool.acquire(1)
        _ = pool.connected(1)
        _ = pool.release(1, usable: false)
        _ = pool.send(.closed(.init(number: 1)))
        #expect(pool.acquire(2) == [open(2)])
        #expect(pool.send(.connectFailed(.init(number: 2), refused)) == [])
        #expect(pool.acquire(3) == [])
        #expect(pool.send(.tick, after: .milliseconds(50)) == [open(3)])  // one tries, not all
        #expect(pool.send(.connectFailed(.init(number: 3), refused)) == [])
        #expect(pool.send(.tick, after: .milliseconds(50)) == [])
        #expect(pool.send(.tick, after: .milliseconds(50)) == [open(4)])
        #expect(pool.connected(4) == [lease(2, 4), open(5)])
        #expect(pool.send(.tick, after: .seconds(30)).contains { if case .fail(_, .poolExhausted) = $0 { true } else { false } })
    }

    @Test func whereAnotherCanAnswerNobodyWaits() {
        var pool = Bench { $0.waitsForServer = false }
        _ = pool.acquire(1)
        _ = pool.connected(1)
        #expect(pool.acquire(2) == [open(2)])
        #expect(
            pool.send(.connectFailed(.init(number: 2), refused)) == [.fail(.init(number: 2), .connectFailed(refused))])
    }

    @Test func whatIsDistrustedIsNotLentAgain() {
        var pool = Bench()
        for number in 1...2 {
            _ = pool.acquire(number)
            _ = pool.connected(number)
        }
        _ = pool.release(1)
        #expect(pool.send(.distrust) == [close(1)])
        #expect(pool.release(2) == [close(2)])
        #expect(pool.acquire(3, CallPlace("New.swift", 1)) == [open(3)])
        pool.now += .seconds(1)
        #expect(pool.connected(3) == [lease(3, 3)])
        #expect(pool.release(3) == [])
    }

    @Test func aWrongPasswordIsReportedUnlessSomebodyCanGiveBack() {
        var pool = Bench()
        _ = pool.acquire(1)
        _ = pool.connected(1)
        _ = pool.acquire(2)
        #expect(pool.send(.connectFailed(.init(number: 2), wrongPassword)) == [])
        #expect(pool.release(1, usable: false) == [close(1)])
        #expect(pool.send(.closed(.init(number: 1)), after: .seconds(1)) == [open(3)])
        #expect(
            pool.send(.connectFailed(.init(number: 3), wrongPassword)) == [
                .fail(.init(number: 2), .connectFailed(wrongPassword))
            ])
    }

    @Test func drains() {
        var pool = Bench()
        _ = pool.acquire(1)
        _ = pool.connected(1)
        _ = pool.acquire(2)
        _ = pool.connected(2)
        _ = pool.release(2)
        _ = pool.acquire(3)
        _ = pool.acquire(4)
        #expect(pool.send(.drain) == [.fail(.init(number: 4), .closed)])
        #expect(pool.acquire(5) == [.fail(.init(number: 5), .closed)])
        #expect(pool.release(1) == [close(1)])
        #expect(pool.send(.closed(.init(number: 1))) == [])
        #expect(pool.connected(3) == [close(3)])
        #expect(pool.send(.drainTimedOut) == [.abort(.init(number: 2))])
        #expect(pool.release(2) == [])
        #expect(pool.send(.closed(.init(number: 3))) == [])
        #expect(pool.send(.closed(.init(number: 2))) == [.finished])
        #expect(pool.send(.tick) == [])
    }

    @Test func givingUpLeavesTheQueue() {
        var pool = Bench(maximum: 1, overflow: 0)
        _ = pool.acquire(1)
        _ = pool.connected(1)
        _ = pool.acquire(2)
        _ = pool.acquire(3)
        #expect(pool.send(.giveUp(.init(number: 2))) == [.cancel(.init(number: 2))])
        #expect(pool.send(.giveUp(.init(number: 2))) == [])
        #expect(pool.release(1) == [lease(3, 1)])
    }

    @Test func tooManyDoNotWait() {
        var pool = Bench { $0.waitingLimit = 1 }
        _ = pool.acquire(1)
        #expect(pool.acquire(2) == [.fail(.init(number: 2), .tooManyWaiting(1))])
    }
}
