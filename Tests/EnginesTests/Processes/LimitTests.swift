import Foundation
import Synchronization
import Testing

@testable import Engines

@Suite struct LimitTests {
    private final class Gauge: Sendable {
        private let counts = Mutex((now: 0, most: 0))
        var most: Int { counts.withLock { $0.most } }
        func enter() { counts.withLock { $0 = ($0.now + 1, max($0.most, $0.now + 1)) } }
        func leave() { counts.withLock { $0.now -= 1 } }
    }

    @Test func aSemaphoreLetsSoManyIn() async throws {
        let semaphore = AsyncSemaphore(3)
        let gauge = Gauge()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<20 {
                group.addTask {
                    try await semaphore.run {
                        gauge.enter()
                        try await Task.sleep(for: .milliseconds(2))
                        gauge.leave()
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(gauge.most == 3)
    }

    @Test func aCancelledWaiterLeavesTheQueue() async throws {
        let semaphore = AsyncSemaphore(1)
        let (isInside, inside) = AsyncStream.makeStream(of: Void.self)
        let holder = Task {
            try await semaphore.run {
                inside.finish()
                try await Task.sleep(for: .milliseconds(500))
            }
        }
        for await _ in isInside {}
        let waiter = Task { try await semaphore.run {} }
        waiter.cancel()
        await #expect(throws: CancellationError.self) { try await waiter.value }
        try await holder.value
        try await semaphore.run {}
    }

    @Test func blockingWorkHasSoManyThreadsAndABacklogWithAnEnd() async throws {
        let pool = BlockingPool(threads: 2, backlogLimit: 4)
        let gauge = Gauge()
        let gate = DispatchSemaphore(value: 0)
        let outcomes = await withTaskGroup(of: Bool.self) { group in
            for _ in 0..<10 {
                group.addTask {
                    do {
                        return try await pool.run {
                            gauge.enter()
                            gate.wait()
                            gauge.leave()
                            return true
                        }
                    } catch { return false }
                }
            }
            var outcomes: [Bool] = []
            // Nobody gets through the gate yet: the first to come back are those that were refused.
            for _ in 0..<4 { if let outcome = await group.next() { outcomes.append(outcome) } }
            for _ in 0..<60_000 where gauge.most < 2 { usleep(1_000) }
            for _ in 0..<6 { gate.signal() }
            return await group.reduce(into: outcomes) { $0.append($1) }
        }
        #expect(gauge.most == 2)
        #expect(outcomes == [Bool](repeating: false, count: 4) + [Bool](repeating: true, count: 6))
    }
}
