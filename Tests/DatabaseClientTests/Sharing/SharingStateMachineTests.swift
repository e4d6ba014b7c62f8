import Testing

@testable import DatabaseClient

private typealias Asker = SharingStateMachine.AskerID
private typealias Run = SharingStateMachine.RunID

private func read(_ text: String, _ value: SQLValue = .int(0)) -> SharedRead {
    SharedRead(RenderedSQL(text: text, values: [value]), .rows, .any)
}

private let start = ContinuousClock.now

extension SharingStateMachine {
    fileprivate mutating func ask(_ read: SharedRead, _ asker: AskerID) -> Decision { ask(read, asker, at: start) }
    fileprivate mutating func finished(_ run: RunID) -> (answered: [AskerID], next: Batch?) { finished(run, at: start) }
}

@Suite("Shared reads: state machine")
struct SharingStateMachineTests {
    private func machine(limit: Int = 100) -> SharingStateMachine { SharingStateMachine(waitingLimit: limit) }

    @Test func whoComesWhileOneRunsWaitsForTheNext() {
        var machine = machine()
        #expect(machine.ask(read("a"), Asker(number: 1)) == .alone(Run(number: 1)))
        for number in 2...4 { #expect(machine.ask(read("a"), Asker(number: number)) == .wait) }
        let first = machine.finished(Run(number: 1))
        #expect(first.answered == [])
        #expect(first.next == .init(run: Run(number: 2), askers: [2, 3, 4].map(Asker.init)))
        // This one asks while the second runs: it began too early for him.
        #expect(machine.ask(read("a"), Asker(number: 5)) == .wait)
        let second = machine.finished(Run(number: 2))
        #expect(second.answered == [2, 3, 4].map(Asker.init))
        #expect(second.next == .init(run: Run(number: 3), askers: [Asker(number: 5)]))
        let third = machine.finished(Run(number: 3))
        #expect(third.answered == [Asker(number: 5)] && third.next == nil)
        #expect(machine.isIdle)
    }

    @Test(arguments: [
        read("b"), read("a", .int(1)), read("a", .text("0")),
        SharedRead(RenderedSQL(text: "a", values: [.int(0)]), .rows, .ownWrites),
        SharedRead(RenderedSQL(text: "a", values: [.int(0)]), .columns, .any),
    ])
    func otherReadsShareNothing(other: SharedRead) {
        var machine = machine()
        #expect(machine.ask(read("a"), Asker(number: 1)) == .alone(Run(number: 1)))
        #expect(machine.ask(other, Asker(number: 2)) == .alone(Run(number: 2)))
    }

    /// What Swift takes for equal, and servers do not.
    @Test func readsAreTheSameByteForByte() {
        #expect("\u{E9}" == "e\u{301}")
        #expect(read("\u{E9}") != read("e\u{301}"))
        #expect(read("a", .text("\u{E9}")) != read("a", .text("e\u{301}")))
        #expect(read("a", .double(0)) != read("a", .double(-0.0)))
        let nan = read("a", .double(.nan))
        #expect(nan == read("a", .double(.nan)))
        #expect(read("é", .text("é")) == read("é", .text("é")))
        #expect(read("", .text("")) == read("", .text("")))
    }

    @Test func whoAsksWhileOneTakesLongDoesNotWaitForIt() {
        var machine = machine()
        _ = machine.ask(read("a"), Asker(number: 1))
        _ = machine.ask(read("a"), Asker(number: 2))
        let late = start + .seconds(1)
        let batch = SharingStateMachine.Batch(run: Run(number: 2), askers: [2, 3].map(Asker.init))
        #expect(machine.ask(read("a"), Asker(number: 3), at: late) == .start(batch))
        // They wait for the later one, which may take long in its turn.
        #expect(machine.ask(read("a"), Asker(number: 4), at: late) == .wait)
        #expect(machine.finished(Run(number: 1)).next == nil)
        let second = machine.finished(Run(number: 2), at: late)
        #expect(second.answered == [2, 3].map(Asker.init))
        #expect(second.next == .init(run: Run(number: 3), askers: [Asker(number: 4)]))
        #expect(machine.finished(Run(number: 3)).answered == [Asker(number: 4)])
        #expect(machine.isIdle)
    }

    @Test func whoGivesUpIsNotAnswered() {
        var machine = machine()
        _ = machine.ask(read("a"), Asker(number: 1))
        for number in 2...4 { _ = machine.ask(read("a"), Asker(number: number)) }
        #expect(machine.giveUp(Asker(number: 3)) == .nothing)
        #expect(machine.giveUp(Asker(number: 9)) == .nothing)
        #expect(machine.finished(Run(number: 1)).next?.askers == [2, 4].map(Asker.init))
        #expect(machine.giveUp(Asker(number: 2)) == .nothing)
        #expect(machine.giveUp(Asker(number: 4)) == .cancel(Run(number: 2)))
        let last = machine.finished(Run(number: 2))
        #expect(last.answered == [] && last.next == nil && machine.isIdle)
    }

    @Test func theLastOneWhoWaitedGaveUp() {
        var machine = machine()
        _ = machine.ask(read("a"), Asker(number: 1))
        _ = machine.ask(read("a"), Asker(number: 2))
        _ = machine.giveUp(Asker(number: 2))
        #expect(machine.finished(Run(number: 1)).next == nil)
        #expect(machine.isIdle)
    }

    @Test func notMoreThanTheLimitWait() {
        var machine = machine(limit: 2)
        _ = machine.ask(read("a"), Asker(number: 1))
        _ = machine.ask(read("b"), Asker(number: 2))
        #expect(machine.ask(read("a"), Asker(number: 3)) == .wait)
        #expect(machine.ask(read("b"), Asker(number: 4)) == .wait)
        #expect(machine.ask(read("b"), Asker(number: 5)) == .refuse(2))
        #expect(machine.ask(read("c"), Asker(number: 6)) == .alone(Run(number: 3)))
        _ = machine.giveUp(Asker(number: 3))
        #expect(machine.ask(read("b"), Asker(number: 7)) == .wait)
    }

    @Test(arguments: 1...20)
    func nobodyIsForgottenOrAnsweredTooEarly(seed: Int) {
        var random = SeededGenerator(seed: UInt64(seed))
        var machine = machine(limit: 10)
        var asked: [Asker: Int] = [:]
        var running: [Run: Int] = [:]
        var now = start
        for step in 1...2000 {
            let asker = Asker(number: step)
            switch Int.random(in: 0..<4, using: &random) {
            case 0, 1:
                now += .milliseconds(Int.random(in: 0...200, using: &random))
                switch machine.ask(read("a", .int(Int64.random(in: 0..<3, using: &random))), asker, at: now) {
                case .alone(let run): running[run] = step
                case .wait: asked[asker] = step
                case .start(let batch):
                    asked[asker] = step
                    running[batch.run] = step
                case .refuse(let count): #expect(count == 10)
                }
            case 2:
                guard let given = asked.keys.randomElement(using: &random) else { continue }
                asked[given] = nil
                _ = machine.giveUp(given)
            default:
                guard let run = running.keys.randomElement(using: &random), let began = running.removeValue(forKey: run)
                else { continue }
                let (answered, next) = machine.finished(run, at: now)
                for asker in answered { #expect((asked.removeValue(forKey: asker) ?? .max) <= began, "seed \(seed)") }
                if let next { running[next.run] = step }
            }
        }
        while let run = running.keys.first {
            running[run] = nil
            let (answered, next) = machine.finished(run)
            for asker in answered { asked[asker] = nil }
            if let next { running[next.run] = 0 }
        }
        #expect(asked.isEmpty && machine.isIdle, "seed \(seed)")
    }
}
