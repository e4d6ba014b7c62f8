internal import AWSWire
internal import Foundation
internal import Resources
internal import Services

/// `/martlet/security-groups`, for whoever can read `DIR/serve/token`: what AWS's API has no words for. GET lists the groups of a
/// region with their members, POST registers an address or takes it back.
struct GroupPage: Sendable {
    static let path = "/martlet/security-groups"

    let token: String
    let store: Store
    let membership: SecurityGroupMembership

    init(token: String, store: Store, account: String) {
        self.token = token
        self.store = store
        membership = SecurityGroupMembership(store: store, account: account)
    }

    /// Nil for any other path.
    func answer(_ message: HTTPMessage) async -> HTTPAnswer? {
        guard message.path == Self.path else { return nil }
        guard constantTimeEqual((message.header(StatusPage.header) ?? "").utf8, token.utf8) else {
            return StatusPage.text(403, "The token of DIR/serve/token is needed.\n")
        }
        do {
            switch message.method {
            case "GET": return try list(region: String(message.query.drop { $0 != "=" }.dropFirst()))
            case "POST": return try await change(message.body)
            default: return StatusPage.text(405, "GET and POST only.\n")
            }
        } catch let fault as Fault {
            return StatusPage.text(fault.status, "\(fault.message) (\(fault.code))\n")
        } catch {
            return StatusPage.text(500, "\(error)\n")
        }
    }

    private func list(region: String) throws -> HTTPAnswer {
        try checkRegion(region)
        let instances = store.list(DBInstance.self, region: region)
        let groups = membership.groups(region: region).map { group, registered in
            GroupReport.Group(
                id: group.groupID, name: group.groupName, description: group.description,
                instances: instances.filter { $0.spec.securityGroupIDs.contains(group.groupID) }.map(\.identifier),
                registered: registered, rules: group.rules.map(GroupReport.Rule.init))
        }
        let body = try JSONEncoder().encode(GroupReport(region: region, groups: groups))
        return HTTPAnswer(status: 200, contentType: "application/json", requestID: RequestID.make(), body: Array(body))
    }

    private func change(_ body: [UInt8]) async throws -> HTTPAnswer {
        let wanted: GroupRegistration
        do {
            wanted = try JSONDecoder().decode(GroupRegistration.self, from: Data(body))
        } catch {
            throw Fault("MalformedInput", "The body is not a registration: \(error)")
        }
        try checkRegion(wanted.region)
        switch wanted.action {
        case .register: try await membership.register(wanted.address, group: wanted.group, region: wanted.region)
        case .deregister: try await membership.deregister(wanted.address, group: wanted.group, region: wanted.region)
        }
        return StatusPage.text(200, "done\n")
    }

    private func checkRegion(_ region: String) throws {
        guard Region.names.contains(region) else {
            throw Fault.invalidParameterValue("\(region.prefix(64)) is not an AWS region.")
        }
    }
}
