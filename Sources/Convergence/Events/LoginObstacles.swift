internal import Engines
internal import Logging
internal import Resources
internal import Routing

/// Tells logins that no password can make good from mistyped ones.
enum LoginObstacles {
    /// Servers are asked about so many users in a pass; whoever guesses names must not keep them busy.
    static let questionLimit = 8
    /// What MySQL's servers answer to a login: *Access denied*.
    private static let accessDenied = "28000"

    /// The events, with the true reason where there is one: such a login counts as refused.
    static func explain(
        _ events: [GatewayControl.LoginEvent], by obstacle: @Sendable (_ resourceID: String, _ user: String) async -> String?
    ) async -> [GatewayControl.LoginEvent] {
        struct Login: Hashable { var route: String, user: String }
        var answers: [Login: String?] = [:]
        var explained = events
        for index in events.indices where events[index].outcome == .failure && events[index].reason == accessDenied {
            let login = Login(route: events[index].route, user: events[index].user)
            if answers[login] == nil, answers.count < questionLimit {
                answers[login] = .some(await obstacle(login.route, login.user))
            }
            guard let reason = answers[login] ?? nil else { continue }
            explained[index].outcome = .refused
            explained[index].reason = reason
        }
        return explained
    }
}

extension LaneWorld {
    func loginObstacle(of resourceID: String, user: String) async -> String? {
        guard let instance = store.list(DBInstance.self).first(where: { $0.id == resourceID }),
            let engine = engines.engine(named: instance.spec.engine)
        else { return nil }
        do {
            return try await engine.loginObstacle(
                ServerSite(id: resourceID, version: instance.spec.engineVersion), user: user)
        } catch {
            logger.debug("a server was not asked about a login", metadata: ["site": "\(resourceID)", "reason": "\(error)"])
            return nil
        }
    }
}
