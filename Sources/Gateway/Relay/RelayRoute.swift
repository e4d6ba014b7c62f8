import Routing

/// A route as a loop has it: the policy, who waits, and how many there are.
final class RelayRoute {
    var route: Route
    var door: FrontDoor
    var hold: HoldQueue
    var index: Int
    /// Clients that are relayed.
    var relaying = 0
    /// Clients past their start-up packets, relayed or waiting.
    var admitted = 0
    /// Waiters are being let through: the one who is let through must not begin to do the same.
    var isReleasing = false

    init(_ prepared: PreparedRoute, index: Int, waitingLimit: Int) {
        route = prepared.route
        door = prepared.door
        self.index = index
        hold = HoldQueue(gate: route.gate, limit: waitingLimit)
    }

    var opening: RelayStateMachine.Opening { route.wire == .postgres ? .clientSpeaks : .serverSpeaks }
    var holdNanoseconds: UInt64 { UInt64(max(0, route.holdTimeoutMs)) * 1_000_000 }

    /// Byte for byte: Unicode's idea of equal strings is not PostgreSQL's.
    func reserves(_ user: String) -> Bool { route.reservedUsers.contains { $0.utf8.elementsEqual(user.utf8) } }
}
