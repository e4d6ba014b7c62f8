import Synchronization
import Testing

@testable import DatabaseClient

@Suite("Shared reads", .timeLimit(.minutes(1)))
struct ReadSharingTests {
    /// Reads that count themselves, and end when they are let.
    private final class Reads: Sendable {
        let begun = Mutex(0)
        let isOpen = Mutex(false)

        func rows() async throws -> Rows {
            let number = begun.withLock { count in
                count += 1
                return count
            }
            while !isOpen.withLock({ $0 }) { try await Task.sleep(for: .milliseconds(1)) }
            return Rows(answer: RowSet(affectedRows: number))
        }
    }

    private let read = SharedRead(RenderedSQL(text: "a", values: []), .rows, .any)
    private let reads = Reads()
    /// However long the machine takes over the tests, nobody loses patience.
    private let sharing = ReadSharing(waitingLimit: 100, patience: .seconds(600))

    private func ask(_ sharing: ReadSharing? = nil) -> Task<Int, any Error> {
        let sharing = sharing ?? self.sharing
        return Task { try await sharing.rows(read) { [reads] in try await reads.rows() }.affectedRows }
    }

    /// One that runs, and those who came while it ran.
    private func crowd(_ count: Int) async throws -> (first: Task<Int, any Error>, others: [Task<Int, any Error>]) {
        let first = ask()
        try await eventually("the first runs") { reads.begun.withLock { $0 } == 1 }
        let others = (0..<count).map { _ in ask() }
        try await eventually("the others wait") { sharing.waiting == count }
        return (first, others)
    }

    @Test func allWhoWaitGetTheAnswerOfOneRead() async throws {
        let (first, others) = try await crowd(5)
        reads.isOpen.withLock { $0 = true }
        #expect(try await first.value == 1)
        for other in others { #expect(try await other.value == 2) }
        #expect(reads.begun.withLock { $0 } == 2 && sharing.waiting == 0)
    }

    @Test func aCancelledOneLeavesTheOthers() async throws {
        let (first, others) = try await crowd(3)
        others[0].cancel()
        await #expect(throws: CancellationError.self) { try await others[0].value }
        first.cancel()
        await #expect(throws: CancellationError.self) { try await first.value }
        try await eventually("the second runs") { reads.begun.withLock { $0 } == 2 }
        others[1].cancel()
        await #expect(throws: CancellationError.self) { try await others[1].value }
        reads.isOpen.withLock { $0 = true }
        #expect(try await others[2].value == 2)
    }

    @Test func aReadThatNobodyWantsAnyMoreIsCancelled() async throws {
        let (first, others) = try await crowd(2)
        first.cancel()
        try await eventually("the second runs") { reads.begun.withLock { $0 } == 2 }
        for other in others { other.cancel() }
        for other in others { await #expect(throws: CancellationError.self) { try await other.value } }
        // It can only have ended by being cancelled: then the next one reads for himself.
        try await eventually("nothing runs") { sharing.isIdle }
        let next = ask()
        reads.isOpen.withLock { $0 = true }
        #expect(try await next.value == 3)
    }

    @Test func whatFailsFailsForAll() async throws {
        let sharing = ReadSharing(waitingLimit: 1, patience: .seconds(600))
        let gate = Reads()
        let body: ReadSharing.Body = {
            _ = try await gate.rows()
            throw DatabaseError.connectionLost("gone")
        }
        let first = Task { try await sharing.rows(read, body) }
        try await eventually("it runs") { gate.begun.withLock { $0 } == 1 }
        let second = Task { try await sharing.rows(read, body) }
        try await eventually("it waits") { sharing.waiting == 1 }
        await #expect(throws: DatabaseError.tooManyWaiting(1)) { try await sharing.rows(read, body) }
        gate.isOpen.withLock { $0 = true }
        for task in [first, second] {
            await #expect(throws: DatabaseError.connectionLost("gone")) { try await task.value }
        }
        #expect(gate.begun.withLock { $0 } == 2)
    }

    @Test func aReadThatHangsHoldsUpNobodyWhoComesLater() async throws {
        let sharing = ReadSharing(waitingLimit: 100, patience: .milliseconds(50))
        let first = ask(sharing)
        try await eventually("the first runs") { reads.begun.withLock { $0 } == 1 }
        try await Task.sleep(for: .milliseconds(100))
        let quick = ask(sharing)
        try await eventually("another read begins") { reads.begun.withLock { $0 } == 2 }
        reads.isOpen.withLock { $0 = true }
        #expect(try await quick.value == 2)
        #expect(try await first.value == 1)
    }
}
