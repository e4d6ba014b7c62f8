import Foundation
import Testing

@testable import Engines

@Suite("What was just read need not be read again") struct RecentReadingsTests {
    private let now = ContinuousClock.now

    private func identity(size: Int64 = 1, changed: Int = 5) -> RecentReadings.Identity {
        .init(device: 1, inode: 2, size: size, modified: [3, 4], changed: [changed, 0])
    }

    @Test func countsForAWhileAndUntilItIsTouched() {
        var readings = RecentReadings()
        readings.note("a", identity(), at: now)
        #expect(readings.covers("a", identity(), at: now + .seconds(599)))
        #expect(!readings.covers("a", identity(), at: now + .seconds(600)))
        #expect(!readings.covers("a", identity(changed: 6), at: now) && !readings.covers("a", identity(size: 2), at: now))
        #expect(!readings.covers("b", identity(), at: now))
        readings.forget("a")
        #expect(!readings.covers("a", identity(), at: now))
    }

    @Test func isBounded() {
        var readings = RecentReadings()
        for number in 0...RecentReadings.limit { readings.note("\(number)", identity(), at: now + .milliseconds(number)) }
        #expect(readings.count == RecentReadings.limit)
        let soon = now + .seconds(1)
        #expect(!readings.covers("0", identity(), at: soon) && readings.covers("1", identity(), at: soon))
        readings.note("late", identity(), at: now + .seconds(5000))
        #expect(readings.count == 1)
    }

    @Test func whoeverWritesIsSeen() throws {
        let path = FileManager.default.temporaryDirectory.path + "/reading-\(UUID().uuidString)"
        defer { unlink(path) }
        try Data("one".utf8).write(to: URL(fileURLWithPath: path))
        let before = try #require(RecentReadings.Identity(of: path))
        #expect(RecentReadings.Identity(of: path) == before)
        // The kernel's times have a grain of some milliseconds.
        usleep(20_000)
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        try file.write(contentsOf: Data("two".utf8))
        try file.close()
        #expect(RecentReadings.Identity(of: path) != before)
        #expect(RecentReadings.Identity(of: path + "-none") == nil)
    }
}
