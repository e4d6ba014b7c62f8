import Routing
import Synchronization

/// The login ledger and the penalties, shared by the loops that write them and the supervisor that reads.
///
/// A login takes the lock twice, for less than a microsecond.
final class LoginBook: Sendable {
    private struct Pages {
        var ledger = LoginLedger()
        var penalties = LoginPenalties()
    }

    private let pages = Mutex(Pages())

    /// A start-up packet is accepted. Nanoseconds that it must wait.
    func attempt(route: String, source: SourceAddress, now: UInt64) -> UInt64 {
        pages.withLock {
            $0.ledger.attempted(route: route)
            return $0.penalties.delay(route: route, source: source, now: now)
        }
    }

    func record(_ key: LoginLedger.Key, _ outcome: LoginLedger.Outcome, reason: String, at moment: LoginLedger.Moment) {
        pages.withLock {
            $0.ledger.record(key, outcome, reason: reason, at: moment)
            switch outcome {
            case .success: $0.penalties.succeeded(route: key.route, user: key.user, source: key.source)
            case .failure: $0.penalties.failed(route: key.route, user: key.user, source: key.source, now: moment.now)
            case .refused, .error: break
            }
        }
    }

    func totals(route: String) -> GatewayControl.Logins { pages.withLock { $0.ledger.totals(route: route) } }

    func events(after sequence: UInt64, now: UInt64) -> GatewayControl.LoginEvents {
        pages.withLock { $0.ledger.events(after: sequence, now: now) }
    }

    func keep(routes: Set<String>) { pages.withLock { $0.ledger.keep(routes: routes) } }
}
