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

    @Test("A wait ends at its own deadline, not at another's", .enabled(if: Poller.shared.works))
    func deadlines() async throws {
        let (near, far) = try pair()
        defer {
            close(near)
            close(far)
        }
        let readiness = Readiness()
        let (now, late) = (ContinuousClock.now, ContinuousClock.now + .seconds(3600))
        #expect(readiness.expire(late) == nil)
        let waiting = Task { await readiness.wait(near, reading: true, writing: false, until: late) }
        try await eventually("it waits") { readiness.expire(now) == late }
        #expect(readiness.expire(late) == nil)
        #expect(await waiting.value == .timedOut)
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
