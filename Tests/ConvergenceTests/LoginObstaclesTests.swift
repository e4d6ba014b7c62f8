import Routing
import Synchronization
import Testing

@testable import Convergence

@Suite struct LoginObstaclesTests {
    private static func event(
        _ user: String, _ outcome: GatewayControl.LoginEvent.Outcome = .failure, reason: String = "28000"
    ) -> GatewayControl.LoginEvent {
        .init(
            sequence: 1, route: "db-A", user: user, address: "10.0.0.1", outcome: outcome, reason: reason, count: 1, date: 0)
    }

    @Test("A login that no password makes good is refused, for the true reason; others stay what they are")
    func explained() async {
        let events = [
            Self.event("strict"), Self.event("ann"), Self.event("strict", reason: "28P01"), Self.event("strict", .success),
            Self.event("strict"),
        ]
        let asked = Mutex<[String]>([])
        let found = await LoginObstacles.explain(events) { route, user in
            asked.withLock { $0.append("\(route) \(user)") }
            return user == "strict" ? "it needs more" : nil
        }
        #expect(found.map(\.outcome) == [.refused, .failure, .failure, .success, .refused])
        #expect(found.map(\.reason) == ["it needs more", "28000", "28P01", "28000", "it needs more"])
        #expect(asked.withLock { $0 } == ["db-A strict", "db-A ann"], "each once")
    }

    @Test("Who guesses names does not keep the server busy")
    func limit() async {
        let asked = Mutex(0)
        let found = await LoginObstacles.explain((0..<100).map { Self.event("u\($0)") }) { _, _ in
            asked.withLock { $0 += 1 }
            return "x"
        }
        #expect(asked.withLock { $0 } == LoginObstacles.questionLimit)
        #expect(found.filter { $0.outcome == .refused }.count == LoginObstacles.questionLimit)
    }
}
