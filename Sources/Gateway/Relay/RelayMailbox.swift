import CMartlet
import Routing
import Synchronization

/// What others may ask of a loop. Commands are carried out in the order in which they were sent, between two rounds of events.
enum RelayCommand: Sendable {
    /// The routes that there are from now on. Connections of a route that is not among them are closed.
    case routes([PreparedRoute])
    /// The shared listeners that there are from now on. Clients in the lobby of another are closed.
    case lobbies([Lobby])
    /// Take connections for a route or a lobby from a listening socket, which the loop owns from now on.
    case listen(route: String, descriptor: Int32)
    /// Close a listening socket.
    case unlisten(descriptor: Int32)
    case report(@Sendable (RelayReport) -> Void)
    /// Close everything and return from `run`.
    case stop
}

/// What a loop says of itself.
struct RelayReport: Sendable, Equatable {
    /// By the route's identifier.
    var counts: [String: RelayCounts] = [:]
    var relay = GatewayControl.Relay.epoll
}

/// How many clients a route has.
struct RelayCounts: Sendable, Equatable {
    var connections = 0
    var waiting = 0
}

/// The one way into a loop from another thread.
final class RelayMailbox: Sendable {
    private let commands = Mutex<[RelayCommand]>([])
    /// Readable while commands are there.
    let descriptor: Int32

    init() throws {
        descriptor = try GatewayError.check(martlet_wake_create(), "eventfd")
    }

    deinit { martlet_close(descriptor) }

    func send(_ command: RelayCommand) {
        commands.withLock { $0.append(command) }
        martlet_wake(descriptor)
    }

    func take() -> [RelayCommand] {
        martlet_wake_clear(descriptor)
        return commands.withLock { waiting in
            defer { waiting.removeAll() }
            return waiting
        }
    }
}
