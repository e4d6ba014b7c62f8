internal import Resources

/// What `martlet sg list` shows, as a table or as this in JSON.
struct GroupReport: Codable, Sendable, Equatable {
    struct Rule: Codable, Sendable, Equatable {
        var id: String
        var direction: String
        /// `tcp 5432`, `tcp 1000-2000`, `all`.
        var traffic: String
        /// A block or a group.
        var peer: String
        var description: String?
    }

    struct Group: Codable, Sendable, Equatable {
        var id: String
        var name: String
        var description: String
        /// DB instances that have it.
        var instances: [String]
        /// Addresses registered as members.
        var registered: [String]
        var rules: [Rule]
    }

    var region: String
    var groups: [Group]
}

extension GroupReport.Rule {
    init(_ rule: SecurityGroupRule) {
        id = rule.id
        direction = rule.direction.rawValue
        let terms = rule.terms
        let ports =
            terms.fromPort < 0 ? "" : terms.fromPort == terms.toPort ? " \(terms.fromPort)" : " \(terms.fromPort)-\(terms.toPort)"
        traffic = (terms.ipProtocol == "-1" ? "all" : terms.ipProtocol) + ports
        peer =
            switch terms.peer {
            case .ipv4(let text), .ipv6(let text), .group(let text): text
            }
        description = rule.description
    }
}

/// `POST /martlet/security-groups`: an address becomes a member of a group, or ceases to be one.
struct GroupRegistration: Codable, Sendable, Equatable {
    enum Action: String, Codable, Sendable { case register, deregister }

    var action: Action
    var region: String
    /// Id or name.
    var group: String
    var address: String
}
