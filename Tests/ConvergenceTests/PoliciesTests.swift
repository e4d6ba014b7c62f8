import Engines
import Foundation
import Resources
import Testing

@testable import Convergence

@Suite("Maintenance window")
struct MaintenanceWindowTests {
    /// 1970-01-05 was a Monday.
    private func date(day: Int, _ hour: Int, _ minute: Int) -> Date {
        Date(timeIntervalSince1970: Double(((4 + day) * 24 + hour) * 3600 + minute * 60))
    }

    @Test("Contains its start, not its end; spans the end of the week")
    func contains() throws {
        let window = try #require(MaintenanceWindow("sun:23:45-mon:00:15"))
        #expect(window.contains(date(day: 6, 23, 45)))
        #expect(window.contains(date(day: 0, 0, 14)))
        #expect(!window.contains(date(day: 0, 0, 15)))
        #expect(!window.contains(date(day: 6, 23, 44)))
    }

    @Test("Opens next strictly later")
    func next() throws {
        let window = try #require(MaintenanceWindow("Tue:04:00-Tue:04:30"))
        #expect(window.next(after: date(day: 0, 4, 0)) == date(day: 1, 4, 0))
        #expect(window.next(after: date(day: 1, 4, 0)) == date(day: 8, 4, 0))
    }

    @Test(
        "Other texts are no windows", arguments: ["", "mon:04:00", "mon:24:00-mon:25:00", "xyz:04:00-xyz:05:00", "mon:4-mon:5"])
    func malformed(_ text: String) { #expect(MaintenanceWindow(text) == nil) }
}

@Suite("Retry policy")
struct RetryPolicyTests {
    @Test("A failure shows after three tries, each later than the one before")
    func patience() {
        var policy = RetryPolicy()
        let error = EngineError.timedOut(what: "start", seconds: 60)
        let tries = (0..<4).map { _ in policy.failed(error, isCreated: true, now: Sample.now) }
        #expect(tries.map { $0.failure?.kind } == [nil, nil, .failed, .failed])
        #expect(zip(tries, tries.dropFirst()).allSatisfy { $0.pause < $1.pause })
    }

    @Test(
        "What waiting cannot cure shows at once",
        arguments: [
            (
                EngineError.exitedAtStart(message: "bad", badConfiguration: true), true,
                DBInstanceObservation.Failure.Kind.incompatibleParameters
            ),
            (.diskFull(what: "x"), true, .storageFull), (.diskFull(what: "x"), false, .insufficientCapacity),
            (.outOfMemory(what: "x"), true, .insufficientCapacity),
        ])
    func atOnce(_ error: EngineError, created: Bool, kind: DBInstanceObservation.Failure.Kind) {
        var policy = RetryPolicy()
        #expect(policy.failed(error, isCreated: created, now: Sample.now).failure?.kind == kind)
    }

    @Test("Memory that the owner asked for is the owner's to give back; a formula without a value is theirs to change")
    func ownMemory() {
        var policy = RetryPolicy()
        let error = EngineError.outOfMemory(what: "x")
        #expect(
            policy.failed(error, isCreated: true, hasOwnMemory: true, now: Sample.now).failure?.kind == .incompatibleParameters)
        let formula = ParameterResolution.Failure(name: "work_mem", formula: "{1/0}")
        #expect(policy.failed(formula, isCreated: true, now: Sample.now).failure?.kind == .incompatibleParameters)
    }

    @Test("The first crash restarts at once, a loop slows down, a minute of life forgives")
    func crashes() {
        var policy = RetryPolicy()
        #expect(policy.crashed(uptime: 1000) == 0)
        let pauses = (0..<6).map { _ in policy.crashed(uptime: 1) }
        #expect(pauses == pauses.sorted() && pauses[0] > 0 && pauses.allSatisfy { $0 <= RetryPolicy.longestPause })
        #expect(policy.isCrashLoop)
        policy.succeeded(serverUpFor: 5)
        #expect(policy.isCrashLoop)
        policy.succeeded(serverUpFor: 61)
        #expect(!policy.isCrashLoop)
    }
}

@Suite("Addresses and names")
struct AddressTests {
    @Test(
        "Only blocks of 127.0.0.0/8 outside the system's own",
        arguments: [
            ("127.20.0.0/16", true), ("127.20.0.0/30", true), ("127.0.0.0/24", false), ("10.0.0.0/16", false),
            ("127.1.0.0", false),
            ("127.1.0.0/31", false), ("127.1.0.0/8", false), ("127.1.0/16", false), ("", false),
        ])
    func ranges(_ text: String, valid: Bool) { #expect((LoopbackRange(text) != nil) == valid) }

    @Test("Candidates are within the block, each once")
    func candidates() throws {
        let range = try #require(LoopbackRange("127.20.4.0/29"))
        let found = Array(range.candidates(for: "db-X"))
        #expect(Set(found) == Set((1...6).map { "127.20.4.\($0)" }))
        #expect(found.count == 6)
    }

    @Test("The hosts file keeps every line that is not ours")
    func hosts() {
        let theirs = "127.0.0.1 localhost\n# BEGIN martlet other\n127.3.0.1 x\n# END martlet other\n"
        let block = HostsBlock(owner: "me", entries: ["b.example": "127.9.0.2", "a.example": "127.9.0.1"])
        let with = block.applied(to: theirs)
        #expect(with == theirs + "# BEGIN martlet me\n127.9.0.1 a.example\n127.9.0.2 b.example\n# END martlet me\n")
        #expect(block.applied(to: with) == with)
        #expect(HostsBlock(owner: "me", entries: [:]).applied(to: with) == theirs)
        #expect(HostsBlock(owner: "me", entries: [:]).applied(to: theirs) == theirs)
    }

    @Test("A block that lost its end costs nobody a line")
    func damagedHosts() {
        let damaged = "a\n# BEGIN martlet me\n127.9.0.1 x\nb\n"
        #expect(HostsBlock(owner: "me", entries: [:]).applied(to: damaged) == "a\n127.9.0.1 x\nb\n")
    }
}
