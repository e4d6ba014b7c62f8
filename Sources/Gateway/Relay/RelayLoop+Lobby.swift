import CMartlet
import CMartletTLS
import Routing

/// Clients of a shared listener: which endpoint they mean is known when their TLS is there. Until then they have no route.
///
/// A lobby's place is a number below -1, so that it can stand where the index of a route does.
extension RelayLoop {
    private static let firstPlace = -2

    func lobbyPlace(_ id: String) -> Int? {
        lobbies.firstIndex { $0?.listener.id == id }.map { Self.firstPlace - $0 }
    }

    /// The lobby that a client is in; nil when it has a route, or has lost it.
    func lobby(of slot: Int) -> Lobby? {
        let place = Int(slots[slot].route)
        return place <= Self.firstPlace ? lobbies[Self.firstPlace - place] : nil
    }

    /// What a client may have its TLS with.
    func tlsContext(of slot: Int) -> TLSContext? { route(of: slot).map(\.door.tls) ?? lobby(of: slot)?.tls }

    func adopt(_ new: [Lobby]) {
        let wanted = Set(new.map(\.listener.id))
        for index in lobbies.indices {
            guard let id = lobbies[index]?.listener.id, !wanted.contains(id) else { continue }
            removeLobby(index)
        }
        for lobby in new {
            let known = lobbies.firstIndex { $0?.listener.id == lobby.listener.id } ?? lobbies.firstIndex { $0 == nil }
            if let known { lobbies[known] = lobby } else { lobbies.append(lobby) }
        }
    }

    private func removeLobby(_ index: Int) {
        let place = Self.firstPlace - index
        for (descriptor, listening) in listeners where listening == place { unlisten(descriptor) }
        for slot in 0..<arena.highWater where Int(slots[slot].route) == place && slots[slot].ledger != .free {
            perform(slots[slot].machine.removed(), slot)
            slots[slot].route = -1
        }
        lobbies[index] = nil
    }

    func welcome(_ client: Int32, lobby place: Int) {
        let machine = RelayStateMachine(opening: .clientSpeaks)
        guard let slot = arena.take(machine: machine, route: Int32(place)) else { return martlet_close(client) }
        peers[2 * slot].descriptor = client
        slots[slot].source = source(of: client)
        guard watch(2 * slot) else { return close(slot) }
        peers[2 * slot].input = .startup
        enter(.startup, slot)
    }

    /// The handshake is done, and with it the certificate is chosen: the name that chose it is where the client goes, and the
    /// rules of that endpoint are the first to judge it. False when what has come is not to be read as a packet.
    func leaveLobby(_ slot: Int, _ lobby: Lobby, _ tls: OpaquePointer) -> Bool {
        switch lobby.direction(martlet_tls_server_name(tls).map { String(cString: $0) }) {
        case .unnamed: perform(slots[slot].machine.startup(.refuse(.noServerName)), slot)
        case .unknown(let name): perform(slots[slot].machine.startup(.refuse(.unknownServerName(name))), slot)
        case .route(let id):
            guard let route = routes.lazy.compactMap({ $0 }).first(where: { $0.route.id == id }) else {
                close(slot)
                return false
            }
            slots[slot].route = Int32(route.index)
            guard let access = route.door.access, !access.admits(slots[slot].source) else { return true }
            bar(slot, route, access.refusal)
            return access.refusal == .diagnose
        }
        return false
    }
}
