import Foundation
import Synchronization
import Testing

@testable import DatabaseClient

@Suite("Parts of the drivers", .timeLimit(.minutes(1)))
struct DriverPartTests {
    private func pair() throws -> (Int32, Int32) {
        var ends: [Int32] = [-1, -1]
        try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
        return (ends[0], ends[1])
    }

    @Test("Who comes second waits until the first is done")
    func onlyOnce() async {
        let once = CloseOnce()
        let isAtWork = DispatchSemaphore(value: 0)
        let isDone = Mutex(false)
        await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                once.run {
                    isAtWork.signal()
                    usleep(100_000)
                    isDone.withLock { $0 = true }
                }
            }
            Thread.detachNewThread {
                isAtWork.wait()
                once.run { Issue.record("twice") }
                #expect(isDone.withLock { $0 })
                continuation.resume()
            }
        }
    }

    @Test("A wait ends at its own deadline, not at another's")
    func deadlines() async throws {
        let (near, far) = try pair()
        defer {
            close(near)
            close(far)
        }
        let readiness = Readiness(.borrowed)
        let (now, late) = (ContinuousClock.now, ContinuousClock.now + .seconds(3600))
        #expect(readiness.expire(late) == nil)
        let waiting = Task { await readiness.wait(near, reading: true, writing: false, until: late) }
        try await eventually("it waits") { readiness.expire(now) == late }
        #expect(readiness.expire(late) == nil)
        #expect(await waiting.value == .timedOut)
    }

    @Test("What nobody takes at a socket is reported once, not for ever")
    func unattended() async throws {
        let (near, far) = try pair()
        defer {
            close(near)
            close(far)
        }
        try await withTaskExecutorPreference(DatabaseExecutor.shared) {
            let readiness = Readiness(.own)
            let soon = { ContinuousClock.now + .milliseconds(50) }
            #expect(await readiness.wait(near, reading: true, writing: false, until: soon()) == .timedOut)
            #expect(send(far, "x", 1, 0) == 1)
            #expect(await readiness.wait(near, reading: true, writing: false, until: soon()) == .ready)
            // A loop that is told again and again would be busy all the time.
            let before = Self.processorTime()
            try await Task.sleep(for: .milliseconds(400))
            let after = Self.processorTime()
            #expect(before.thread != after.thread || after.used - before.used < .milliseconds(350))
            #expect(await readiness.wait(near, reading: true, writing: false, until: soon()) == .ready)
            var byte: UInt8 = 0
            #expect(recv(near, &byte, 1, 0) == 1)
            // May end for no reason, but not again and again.
            var outcomes: [Readiness.Outcome] = []
            for _ in 0..<2 { outcomes.append(await readiness.wait(near, reading: true, writing: false, until: soon())) }
            #expect(outcomes.last == .timedOut)
            #expect(await readiness.wait(near, reading: true, writing: true, until: soon()) == .ready)
        }
    }

    @Test("A socket is found wherever its next task runs")
    func moves() async throws {
        let (near, far) = try pair()
        defer {
            close(near)
            close(far)
        }
        let readiness = Readiness(.own)
        @Sendable func answer() async -> Readiness.Outcome {
            #expect(send(far, "x", 1, 0) == 1)
            var outcome = Readiness.Outcome.timedOut
            // May end for no reason.
            for _ in 0..<3 {
                outcome = await readiness.wait(near, reading: true, writing: false, until: .now + .seconds(5))
                var byte: UInt8 = 0
                if recv(near, &byte, 1, Int32(MSG_DONTWAIT)) == 1 { return outcome }
            }
            return .timedOut
        }
        for _ in 0..<5 {
            #expect(await answer() == .ready)
            await withTaskExecutorPreference(DatabaseExecutor.shared) { for _ in 0..<3 { #expect(await answer() == .ready) } }
        }
    }

    private static func processorTime() -> (thread: pthread_t, used: Duration) {
        var time = timespec()
        clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return (pthread_self(), .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec))
    }

    private final class Seen: Sendable { let threads = Mutex<Set<pthread_t>>([]) }

    @Test("Tasks that come from one of the executor's threads do not all stay there")
    func spread() async {
        let seen = Seen()
        await withTaskExecutorPreference(DatabaseExecutor.shared) {
            await withTaskGroup(of: Void.self) { group in
                for _ in 0..<64 {
                    group.addTask {
                        _ = seen.threads.withLock { $0.insert(pthread_self()) }
                        // Long enough for the others to wake up.
                        usleep(1000)
                    }
                }
            }
        }
        #expect(seen.threads.withLock { $0.count } == ProcessInfo.processInfo.activeProcessorCount)
    }

    @Test("A session's end is its own, whoever has the number of its socket by now")
    func numbers() throws {
        let (near, far) = try pair()
        let (other, others) = try pair()
        defer { for descriptor in [near, far, other, others] { close(descriptor) } }
        let end = SocketEnd(of: near)
        // Closed, and at once another's.
        try #require(dup2(other, near) == near)
        end.shutDown()
        var byte: UInt8 = 0
        #expect(recv(far, &byte, 1, Int32(MSG_DONTWAIT)) == 0)
        #expect(recv(other, &byte, 1, Int32(MSG_DONTWAIT)) == -1)
    }
}
