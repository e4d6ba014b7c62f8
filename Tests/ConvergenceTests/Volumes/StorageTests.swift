import Foundation
import Testing
import Volumes

@testable import Convergence

@Suite struct StorageGaugeTests {
    static let gib: Int64 = 1 << 30

    static func room(free: Int64, reserve: Int64 = 2 * gib, disk: Int64? = nil) -> VolumeState.Room {
        VolumeState.Room(
            storageBytes: 20 * gib, freeBytes: free, reserveBytes: reserve, fullReserveBytes: 2 * gib, diskFreeBytes: disk)
    }

    @Test(arguments: [(511, false, true), (512, false, false), (1023, true, true), (1024, true, false)])
    func `the disk below is full for all images on it`(mebibytes: Int64, was: Bool, isFull: Bool) {
        let room = Self.room(free: 10 * Self.gib, disk: mebibytes << 20)
        #expect(StorageGauge.isFull(room, size: 20 * Self.gib, was: was) == isFull)
        #expect(!StorageGauge.isLow(room, size: 20 * Self.gib), "growing is no cure for that")
    }

    @Test func full() {
        let size = 20 * Self.gib
        #expect(!StorageGauge.isFull(Self.room(free: 33 << 20), size: size, was: false))
        #expect(StorageGauge.isFull(Self.room(free: 31 << 20), size: size, was: false))
        // Not for a row and back again.
        #expect(StorageGauge.isFull(Self.room(free: 100 << 20), size: size, was: true))
        #expect(!StorageGauge.isFull(Self.room(free: 256 << 20), size: size, was: true))
    }

    @Test func low() {
        #expect(StorageGauge.isLow(Self.room(free: 2 * Self.gib - 1), size: 20 * Self.gib))
        #expect(!StorageGauge.isLow(Self.room(free: 2 * Self.gib), size: 20 * Self.gib))
    }

    @Test func danger() {
        #expect(!StorageGauge.isReserveInDanger(Self.room(free: 1 << 20, reserve: Self.gib / 2)))
        #expect(!StorageGauge.isReserveInDanger(Self.room(free: 0, reserve: Self.gib)))
        #expect(StorageGauge.isReserveInDanger(Self.room(free: 0, reserve: Self.gib - 1)))
    }

    @Test func pauses() {
        #expect(StorageGauge.pause(Self.room(free: 20 * Self.gib)) == 2)
        #expect(StorageGauge.pause(Self.room(free: 0)) == 0.05)
        let near = StorageGauge.pause(Self.room(free: Self.gib))
        #expect(near > 0.05 && near < 1)
        #expect(StorageGauge.pause(Self.room(free: 20 * Self.gib, disk: 1 << 30)) < 1)
    }
}

@Suite struct StorageScalingTests {
    static let now = Date(timeIntervalSince1970: 1_800_000_000)

    struct Case: Sendable {
        var name: String
        var size = 20
        var maximum: Int? = 100
        var room = 1000
        var lowFor: Double? = 300
        var grownAgo: Double?
        /// GiB in the last hour.
        var growth = 0
        var decision: StorageScaling.Decision
    }

    static let cases: [Case] = [
        Case(name: "ten GiB at least", decision: .grow(30)),
        Case(name: "a tenth of much", size: 400, maximum: 1000, decision: .grow(440)),
        Case(name: "what seven hours need", growth: 3, decision: .grow(41)),
        Case(name: "not beyond the maximum", maximum: 25, decision: .grow(25)),
        Case(name: "at the maximum", size: 100, decision: .wait),
        Case(name: "turned off", maximum: nil, decision: .wait),
        Case(name: "not low", lowFor: nil, decision: .wait),
        Case(name: "not for long", lowFor: 299, decision: .wait),
        Case(name: "cooling off", grownAgo: 6 * 3600 - 1, decision: .wait),
        Case(name: "cooled off", grownAgo: 6 * 3600, decision: .grow(30)),
        Case(
            name: "no room on the disk", room: 29,
            decision: .blocked(reason: "30 GiB are needed, and the disk could give 29 GiB in all")),
    ]

    @Test(arguments: cases) func decides(_ example: Case) {
        let history = StorageScaling.History(
            lowSince: example.lowFor.map { Self.now.addingTimeInterval(-$0) },
            growth: (0, Int64(example.growth) << 30, 3600))
        let decision = StorageScaling().decide(
            size: example.size, maximum: example.maximum, room: example.room,
            grownAt: example.grownAgo.map { Self.now.addingTimeInterval(-$0) }, history, now: Self.now)
        #expect(decision == example.decision, "\(example.name)")
    }

    /// All times are in proportion.
    @Test func scaled() {
        let scaling = StorageScaling(patience: 3)
        #expect(scaling.coolingOff == 216 && scaling.hindsight == 36)
        let history = StorageScaling.History(lowSince: Self.now.addingTimeInterval(-3), growth: (0, 1 << 30, 36))
        #expect(scaling.decide(size: 20, maximum: 100, room: 1000, grownAt: nil, history, now: Self.now) == .grow(30))
    }
}
