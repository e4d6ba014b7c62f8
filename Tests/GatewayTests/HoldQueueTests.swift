import Routing
import Testing

@testable import Gateway

@Suite struct HoldQueueTests {
    private func queue(_ gate: Route.Gate = .open, limit: Int = 100) -> HoldQueue {
        HoldQueue(gate: gate, limit: limit, backOff: BackOff(first: 10, limit: 40))
    }

    private func drain(_ queue: inout HoldQueue, now: UInt64) -> [Int] {
        var slots: [Int] = []
        while let (slot, _) = queue.next(now: now) { slots.append(slot) }
        return slots
    }

    @Test func `an open gate and a server that answers hold nobody`() {
        var queue = queue()
        #expect(queue.arrive(slot: 1, now: 0) == .connect(1))
        #expect(queue.arrive(slot: 2, now: 0) == .connect(2))
        #expect(queue.waiting == 0 && queue.nextProbe == nil)
    }

    @Test func `a held gate holds all, in order, up to the limit`() {
        var queue = queue(.hold, limit: 3)
        for slot in [7, 5, 9] { #expect(queue.arrive(slot: slot, now: 0) != .refuse) }
        #expect(queue.arrive(slot: 1, now: 0) == .refuse)
        #expect(queue.nextProbe == nil)
        #expect(drain(&queue, now: 100).isEmpty)
        queue.set(gate: .open)
        #expect(drain(&queue, now: 100) == [7, 5, 9])
    }

    @Test func `one tries, and the others follow`() {
        var queue = queue()
        #expect(queue.arrive(slot: 1, now: 0) == .connect(1))
        queue.failed(ticket: 1, slot: 1, now: 0)
        #expect(queue.arrive(slot: 2, now: 1) == .wait(2))
        #expect(queue.nextProbe == 10)
        #expect(drain(&queue, now: 9).isEmpty)
        #expect(drain(&queue, now: 10) == [1])
        #expect(queue.nextProbe == nil, "a try is under way")
        queue.failed(ticket: 1, slot: 1, now: 12)
        #expect(queue.nextProbe == 32)
        #expect(drain(&queue, now: 32) == [1])
        queue.answered()
        #expect(drain(&queue, now: 33) == [2])
    }

    @Test func `who failed goes back to the place it had`() {
        var queue = queue()
        for slot in 1...3 { _ = queue.arrive(slot: slot, now: 0) }
        for ticket in [3, 1, 2] as [HoldQueue.Ticket] { queue.failed(ticket: ticket, slot: Int(ticket), now: 0) }
        #expect(queue.slots == [1, 2, 3])
    }

    @Test func `the try of a client that left is somebody else's`() {
        var queue = queue()
        _ = queue.arrive(slot: 1, now: 0)
        queue.failed(ticket: 1, slot: 1, now: 0)
        _ = queue.arrive(slot: 2, now: 0)
        #expect(drain(&queue, now: 10) == [1])
        queue.abandoned(now: 11)
        #expect(queue.nextProbe == 11)
        #expect(drain(&queue, now: 11) == [2])
    }

    @Test func `leaving`() {
        var queue = queue(.hold)
        for slot in 1...3 { _ = queue.arrive(slot: slot, now: 0) }
        queue.leave(ticket: 2)
        queue.leave(ticket: 2)
        queue.leave(ticket: 99)
        #expect(queue.slots == [1, 3])
    }

    @Test func `opening the gate is news of the server`() {
        var queue = queue()
        _ = queue.arrive(slot: 1, now: 0)
        queue.failed(ticket: 1, slot: 1, now: 0)
        queue.set(gate: .hold)
        #expect(queue.nextProbe == nil)
        queue.set(gate: .open)
        #expect(drain(&queue, now: 0) == [1])
    }

    @Test func `a silent server with nobody waiting wakes nobody`() {
        var queue = queue()
        _ = queue.arrive(slot: 1, now: 0)
        queue.failed(ticket: 1, slot: 1, now: 0)
        queue.leave(ticket: 1)
        #expect(queue.nextProbe == nil)
        #expect(queue.arrive(slot: 2, now: 100) == .connect(2), "its time has come long since")
    }
}

@Suite struct DeadlineQueueTests {
    @Test func `it agrees with a sorted list`() {
        let seed = UInt64.random(in: 0 ... .max)
        var generator = SeededGenerator(seed: seed)
        var queue = DeadlineQueue()
        var model: [Int: UInt64] = [:]
        for step in 0..<20_000 {
            let key = Int.random(in: 0..<40, using: &generator)
            switch Int.random(in: 0..<4, using: &generator) {
            case 0, 1:
                let deadline = UInt64.random(in: 0..<1_000, using: &generator)
                queue.set(key, at: deadline)
                model[key] = deadline
            case 2:
                queue.cancel(key)
                model[key] = nil
            default:
                let now = UInt64.random(in: 0..<1_000, using: &generator)
                if let due = queue.popDue(now: now) {
                    #expect(model[due] == model.values.min(), "seed \(seed), step \(step)")
                    #expect(model[due] ?? .max <= now, "seed \(seed), step \(step)")
                    model[due] = nil
                } else {
                    #expect(model.values.allSatisfy { $0 > now }, "seed \(seed), step \(step)")
                }
            }
            #expect(queue.count == model.count && queue.earliest == model.values.min(), "seed \(seed), step \(step)")
        }
    }
}

@Suite struct BackOffTests {
    @Test func `it doubles up to its limit`() {
        let backOff = BackOff(first: 10, limit: 100)
        #expect((1...6).map(backOff.delay(attempt:)) == [10, 20, 40, 80, 100, 100])
        #expect(BackOff.listener.delay(attempt: 1_000_000) == BackOff.listener.limit)
    }
}

@Suite struct LogBudgetTests {
    @Test func `a flood is counted, not written`() {
        var budget = LogBudget(burst: 3, perSecond: 10, now: 0)
        #expect((0..<10).filter { _ in budget.take(now: 0).allowed }.count == 3)
        #expect(budget.take(now: 99_999_999).allowed == false)
        let next = budget.take(now: 100_000_000)
        #expect(next.allowed && next.suppressed == 8)
        #expect((0..<10).filter { _ in budget.take(now: 60_000_000_000).allowed }.count == 3)
    }
}
