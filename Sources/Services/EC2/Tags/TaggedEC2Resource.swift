internal import AWSWire
internal import Resources

/// What a resource id of CreateTags and DeleteTags names: a group, or a rule of one.
enum TaggedEC2Resource: Sendable, Equatable {
    case group(String)
    case rule(String, of: String)

    init(_ id: String, _ groups: [SecurityGroup]) throws {
        if id.hasPrefix("sgr-") {
            try RuleLookup.checkForm(id)
            guard let group = groups.first(where: { $0.rules.contains { $0.id == id } }) else { throw EC2Fault.ruleNotFound(id) }
            self = .rule(id, of: group.groupID)
        } else if id.hasPrefix("sg-") {
            try SecurityGroups.checkForm(id)
            guard groups.contains(where: { $0.groupID == id }) else { throw EC2Fault.groupNotFound(id) }
            self = .group(id)
        } else {
            throw Fault(
                "InvalidID",
                "The ID '\(id.prefix(64))' is not valid: only security groups (sg-…) and their rules (sgr-…) take tags.")
        }
    }

    /// Changes the tags of all the resources, or of none.
    static func change(
        _ request: Request, _ change: @escaping @Sendable (inout [Tag]) throws -> Void
    ) async throws {
        guard let ids = try request.strings("ResourceId"), !ids.isEmpty else { throw request.missing("resourceIdSet") }
        guard ids.count <= 1_000 else { throw Fault.invalidParameterValue("No more than 1000 resources can be tagged at once.") }
        try await request.context.store.write { transaction in
            for id in Set(ids).sorted() {
                let resource = try TaggedEC2Resource(id, transaction.securityGroups(request.network))
                try transaction.changeSecurityGroup(resource.groupID, request.network) { group in
                    switch resource {
                    case .group: try change(&group.tags)
                    case .rule(let rule, _): try change(&group.rules[try RuleLookup.index(rule, in: group)].tags)
                    }
                }
            }
        }
    }

    private var groupID: String {
        switch self {
        case .group(let id), .rule(_, of: let id): id
        }
    }
}
