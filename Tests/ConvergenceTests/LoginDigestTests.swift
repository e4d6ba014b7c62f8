import Foundation
import Routing
import Testing

@testable import Convergence

@Suite struct LoginDigestTests {
    private static let now = Sample.now

    private static func event(
        _ outcome: GatewayControl.LoginEvent.Outcome = .failure, reason: String = "iam: the token has expired",
        user: String = "ann", address: String = "10.0.0.1", count: Int = 1
    ) -> GatewayControl.LoginEvent {
        .init(
            sequence: 1, route: "db-A", user: user, address: address, outcome: outcome, reason: reason, count: count,
            date: now.timeIntervalSince1970)
    }

    @Test("The first is told at once, the next within the minute together")
    func rate() {
        var digest = LoginDigest()
        #expect(digest.take([Self.event()], now: Self.now).map(\.count) == [1])
        #expect(digest.take([Self.event(count: 3), Self.event()], now: Self.now + 30).isEmpty)
        #expect(digest.take([], now: Self.now + 59).isEmpty)
        #expect(digest.take([], now: Self.now + 60).map(\.count) == [4])
        #expect(digest.take([], now: Self.now + 130).isEmpty)
        #expect(digest.take([Self.event()], now: Self.now + 131).map(\.count) == [1])
    }

    @Test("Users, addresses and reasons are told apart")
    func kinds() {
        var digest = LoginDigest()
        let events = [
            Self.event(), Self.event(user: "bob"), Self.event(address: "10.0.0.2"), Self.event(reason: "iam: other"),
            Self.event(.refused, reason: "access-denied"),
        ]
        #expect(digest.take(events, now: Self.now).count == 5)
    }

    @Test("Mistyped passwords and successes are no events")
    func ordinary() {
        var digest = LoginDigest()
        let events = [Self.event(reason: "28P01"), Self.event(.success, reason: "iam"), Self.event(.error, reason: "3D000")]
        #expect(digest.take(events, now: Self.now).isEmpty)
    }

    @Test("What is kept in mind has a limit")
    func limit() {
        var digest = LoginDigest()
        let flood = (0..<3000).map { Self.event(user: "u\($0)") }
        #expect(digest.take(flood, now: Self.now).count == 3000)
        #expect(digest.take(flood, now: Self.now + 1).count >= 3000 - LoginDigest.kindLimit)
    }

    @Test(arguments: [
        (
            "iam: the token has expired", "ann", 1,
            "IAM database authentication failed for user ann from 10.0.0.1: the token has expired."
        ),
        ("access-denied", "", 2, "A connection from 10.0.0.1 was refused: no security group rule admits it (2 times)."),
        ("tls-required", "ann", 1, "A connection of user ann from 10.0.0.1 was refused: rds.force_ssl demands TLS."),
        ("new-reason", "", 1, "A connection of a client from 10.0.0.1 was refused: new-reason."),
    ])
    func messages(_ reason: String, _ user: String, _ count: Int, _ message: String) {
        let kind = LoginDigest.Kind(route: "db-A", user: user, address: "10.0.0.1", reason: reason)
        #expect(LoginDigest.Notice(kind: kind, count: count, date: Self.now).message == message)
    }

    @Test func anotherGatewayIsReadFromItsBeginning() {
        let cursor = LoginEventsReader.Cursor(processID: 7, sequence: 40)
        #expect(cursor.sequence(in: 7) == 40)
        #expect(cursor.sequence(in: 8) == 0)
    }
}
