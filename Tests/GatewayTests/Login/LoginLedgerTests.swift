import Foundation
import Routing
import Testing

@testable import Gateway

@Suite struct LoginLedgerTests {
    private static let second: UInt64 = 1_000_000_000

    private func key(_ user: String = "alice", _ address: String = "10.0.0.1", route: String = "db-A") -> LoginLedger.Key {
        LoginLedger.Key(route: route, user: user, source: SourceAddress(address) ?? .none)
    }

    private func moment(_ seconds: Double) -> LoginLedger.Moment {
        LoginLedger.Moment(now: UInt64((seconds + 100) * 1e9), date: 1_700_000_000 + seconds)
    }

    @Test func `the first of a kind is told at once, the others of that second together`() {
        var ledger = LoginLedger()
        for tenth in 0..<5 { ledger.record(key(), .failure, reason: "28P01", at: moment(Double(tenth) / 10)) }
        let page = ledger.events(after: 0, now: moment(0.5).now)
        #expect(page.events.map(\.count) == [1, 4] && page.last == 2 && page.isComplete)
        let first = page.events[0]
        #expect(first.user == "alice" && first.address == "10.0.0.1" && first.route == "db-A" && first.reason == "28P01")
        #expect(page.events[1].date == 1_700_000_000.4)
        #expect(ledger.events(after: 2, now: moment(9).now).events.isEmpty)
        ledger.record(key(), .failure, reason: "28P01", at: moment(3))
        #expect(ledger.events(after: 2, now: moment(3).now).events.map(\.sequence) == [3])
    }

    @Test func `loops bring their times in any order`() {
        var ledger = LoginLedger()
        for seconds in [1, 0.5, 0.999, 2.5, 2.4] { ledger.record(key(), .success, reason: "password", at: moment(seconds)) }
        let page = ledger.events(after: 0, now: moment(0).now)
        #expect(page.events.map(\.count) == [1, 3, 1] && page.events.map(\.date) == [1, 2.5, 2.5].map { 1_700_000_000 + $0 })
        #expect(ledger.events(after: .max, now: moment(3).now).events.isEmpty)
    }

    @Test func `kinds are apart`() {
        var ledger = LoginLedger()
        ledger.record(key(), .failure, reason: "28P01", at: moment(0))
        ledger.record(key("bob"), .failure, reason: "28P01", at: moment(0))
        ledger.record(key("alice", "10.0.0.2"), .failure, reason: "28P01", at: moment(0))
        ledger.record(key(), .success, reason: "password", at: moment(0))
        ledger.record(key(), .failure, reason: "28000", at: moment(0))
        #expect(ledger.events(after: 0, now: moment(0).now).events.count == 5)
    }

    @Test func `totals by route`() {
        var ledger = LoginLedger()
        ledger.attempted(route: "db-A")
        ledger.attempted(route: "db-A")
        ledger.record(key(), .success, reason: "password", at: moment(0))
        ledger.record(key(), .failure, reason: "28P01", at: moment(0))
        ledger.record(key(route: "db-B"), .refused, reason: "access-denied", at: moment(0))
        ledger.record(key(route: "db-B"), .error, reason: "3D000", at: moment(0))
        var first = GatewayControl.Logins()
        (first.attempts, first.successes, first.failures) = (2, 1, 1)
        #expect(ledger.totals(route: "db-A") == first)
        #expect(ledger.totals(route: "db-B").refusals == 1 && ledger.totals(route: "db-B").errors == 1)
        ledger.keep(routes: ["db-A"])
        #expect(ledger.totals(route: "db-B") == GatewayControl.Logins())
        #expect(ledger.totals(route: "db-A") == first)
    }

    @Test func `a flood of names and addresses stays within the limits, and says what was lost`() {
        var ledger = LoginLedger(entryLimit: 64, eventLimit: 100)
        for number in 0..<10_000 {
            ledger.record(key("u\(number)", "10.0.\(number / 256).\(number % 256)"), .failure, reason: "28P01", at: moment(0))
            #expect(ledger.entryCount <= 64)
        }
        let page = ledger.events(after: 0, now: moment(1).now)
        #expect(page.last == 10_000 && !page.isComplete)
        #expect(page.events.count >= 100 && page.events.count < 150)
        #expect(page.events.map(\.sequence) == Array((10_001 - UInt64(page.events.count))...10_000))
        #expect(ledger.events(after: page.last, now: moment(1).now).isComplete)
    }

    @Test func `what is forgotten is told first`() {
        var ledger = LoginLedger(entryLimit: 4, eventLimit: 100)
        for _ in 0..<3 { ledger.record(key("old"), .failure, reason: "28P01", at: moment(0)) }
        for number in 0..<4 { ledger.record(key("new\(number)"), .failure, reason: "28P01", at: moment(0.1)) }
        let old = ledger.events(after: 0, now: moment(0.1).now).events.filter { $0.user == "old" }
        #expect(old.map(\.count).reduce(0, +) == 3)
    }

    @Test func `a report without the new fields is still a report, and a call without a number a call`() throws {
        let old =
            #"{"processID":1,"revision":2,"listeners":[{"id":"a","address":"127.0.0.1","port":1,"listening":true,"#
            + #""connections":0,"waiting":0}]}"#
        let report = try JSONDecoder().decode(GatewayControl.Report.self, from: Data(old.utf8))
        #expect(report.events == nil && report.listeners.first?.logins == nil)
        let call = try JSONDecoder().decode(GatewayControl.Call.self, from: Data(#"{"request":"report"}"#.utf8))
        #expect(call == GatewayControl.Call(.report))
    }
}

@Suite struct LoginPenaltiesTests {
    private static let second: UInt64 = 1_000_000_000
    private let source = SourceAddress("10.0.0.1") ?? .none

    private func failed(_ times: Int, user: String = "alice") -> LoginPenalties {
        var penalties = LoginPenalties()
        for _ in 0..<times { penalties.failed(route: "db-A", user: user, source: source, now: 100 * Self.second) }
        return penalties
    }

    @Test(arguments: [(0, 0), (4, 0), (5, 250), (6, 500), (7, 1_000), (9, 4_000), (10, 4_000), (1_000, 4_000)])
    func `the wait grows and has an end`(failures: Int, milliseconds: UInt64) {
        let delay = failed(failures).delay(route: "db-A", source: source, now: 101 * Self.second)
        #expect(delay == milliseconds * 1_000_000)
    }

    @Test func `loops bring their times in any order`() {
        var penalties = LoginPenalties()
        for second: UInt64 in [100, 99, 101, 100, 99] {
            penalties.failed(route: "db-A", user: "alice", source: source, now: second * Self.second)
        }
        for second: UInt64 in [99, 100, 101, 160] {
            #expect(penalties.delay(route: "db-A", source: source, now: second * Self.second) == LoginPenalties.first)
        }
        #expect(penalties.delay(route: "db-A", source: source, now: 161 * Self.second) == 0)
    }

    @Test func `it is for that address on that route, and passes`() throws {
        let penalties = failed(9)
        let other = try #require(SourceAddress("10.0.0.2"))
        #expect(penalties.delay(route: "db-A", source: other, now: 101 * Self.second) == 0)
        #expect(penalties.delay(route: "db-B", source: source, now: 101 * Self.second) == 0)
        #expect(penalties.delay(route: "db-A", source: source, now: 159 * Self.second) > 0)
        #expect(penalties.delay(route: "db-A", source: source, now: 160 * Self.second) == 0)
    }

    @Test func `a success forgives that user's failures, not those of others`() {
        var penalties = failed(9)
        penalties.succeeded(route: "db-A", user: "bob", source: source)
        #expect(penalties.delay(route: "db-A", source: source, now: 101 * Self.second) > 0)
        penalties.succeeded(route: "db-A", user: "alice", source: source)
        #expect(penalties.delay(route: "db-A", source: source, now: 101 * Self.second) == 0)
        #expect(penalties.count == 0)
    }

    @Test func `it remembers a bounded number of addresses`() {
        var penalties = LoginPenalties(limit: 50)
        for number in 0..<5_000 {
            penalties.failed(route: "db-A", user: "u\(number)", source: SourceAddress(bits: UInt128(number)), now: UInt64(number))
            #expect(penalties.count <= 50)
        }
        for number in 0..<1_000 { penalties.failed(route: "db-A", user: "u\(number)", source: source, now: 10_000) }
        #expect(penalties.delay(route: "db-A", source: source, now: 10_001) == LoginPenalties.longest)
    }
}
