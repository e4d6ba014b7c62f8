import Routing

/// Where a listening socket is bound.
struct ListenerEndpoint: Hashable, CustomStringConvertible {
    var address: String
    var port: Int

    var description: String { "\(address):\(port)" }
}

/// What must change so that the listening sockets are those of a table. What is right already is not touched.
enum ListenerPlan {
    enum Action: Equatable {
        /// The route is gone.
        case close(id: String)
        /// The route has another address now, and its present one is wanted by a route that would otherwise never get it.
        case vacate(id: String)
        case open(id: String, ListenerEndpoint)
        /// Open the new one, and when that has worked close the present one: there is no moment without a listener.
        case move(id: String, to: ListenerEndpoint)
    }

    /// - Parameters:
    ///   - bound: where each route listens now.
    ///   - table: what is wanted.
    static func actions(bound: [String: ListenerEndpoint], table: RoutingTable) -> [Action] {
        let own = table.routes.map { (id: $0.id, endpoint: ListenerEndpoint(address: $0.address, port: $0.port)) }
        let shared = (table.sharedListeners ?? []).map {
            (id: $0.id, endpoint: ListenerEndpoint(address: $0.address, port: $0.port))
        }
        let wanted = own + shared
        let known = Set(wanted.map(\.id))
        let moving = Set(wanted.filter { bound[$0.id] != nil && bound[$0.id] != $0.endpoint }.map(\.id))
        let claimed = Set(wanted.filter { bound[$0.id] != $0.endpoint }.map(\.endpoint))
        let vacating = moving.filter { id in bound[id].map(claimed.contains) ?? false }

        var actions = bound.keys.filter { !known.contains($0) }.sorted().map { Action.close(id: $0) }
        actions += vacating.sorted().map { .vacate(id: $0) }
        for (id, endpoint) in wanted where bound[id] != endpoint {
            let keepsPresent = moving.contains(id) && !vacating.contains(id)
            actions.append(keepsPresent ? .move(id: id, to: endpoint) : .open(id: id, endpoint))
        }
        return actions
    }
}
