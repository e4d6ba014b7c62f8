internal import AWSWire
internal import Resources

/// What `ResourceName` of the tag actions names.
enum TaggedResource: Sendable {
    case instance(String)
    case subnetGroup(String)
    case parameterGroup(String)
    case optionGroup(String)

    /// - Throws: `Fault` for an ARN that is not one of this region and account, or of a kind that does not exist here.
    init(_ request: Request) throws {
        let text = try request.required("ResourceName")
        guard let arn = ARN(text), arn.service == "rds" else {
            throw Fault.invalidParameterValue(
                "Invalid resource name: \(request.quoted(text)). ResourceName must be an ARN of RDS.")
        }
        guard arn.region == request.region, arn.account == request.context.account else {
            throw Fault.invalidParameterValue(
                "The specified resource name does not match an RDS resource in this region. "
                    + "(ResourceName: \(request.quoted(text)).)"
            )
        }
        let parts = arn.resource.split(separator: ":", maxSplits: 1).map(String.init)
        switch (parts.first, parts.count) {
        case ("db", 2): self = .instance(parts[1])
        case ("subgrp", 2): self = .subnetGroup(parts[1])
        case ("og", 2): self = .optionGroup(parts[1].lowercased())
        case ("pg", 2): self = .parameterGroup(parts[1].lowercased())
        default:
            throw Fault.invalidParameterValue(
                "The ResourceName \(request.quoted(text)) is not one of a DB instance (db:NAME), a DB subnet group "
                    + "(subgrp:NAME), a DB parameter group (pg:NAME) or an option group (og:NAME); other resources do not "
                    + "exist yet.")
        }
    }

    func tags(_ request: Request) throws -> [Tag] {
        switch self {
        case .instance(let name): return try request.instance(name).tags
        case .subnetGroup(let name):
            guard let group = request.subnetGroup(named: name) else { throw RDSFault.subnetGroupNotFound(request.quoted(name)) }
            return group.tags
        case .parameterGroup(let name): return try request.parameterGroup(name).tags
        case .optionGroup(let name): return try request.optionGroup(name).tags
        }
    }

    func changeTags(_ request: Request, _ change: @escaping @Sendable (inout [Tag]) throws -> Void) async throws {
        try await request.context.store.write { transaction in
            switch self {
            case .instance(let name):
                let instance = try transaction.instance(name, region: request.region)
                try transaction.update(DBInstance.self, region: request.region, id: instance.id) { try change(&$0.tags) }
            case .subnetGroup(let name):
                guard name != DefaultVPC.subnetGroupName else {
                    throw Fault.invalidParameterValue("The subnet group default is RDS's own: ResourceName cannot be its ARN.")
                }
                _ = try transaction.subnetGroup(named: name, request.network)
                try transaction.update(DBSubnetGroup.self, region: request.region, id: name) { try change(&$0.tags) }
            case .optionGroup(let name):
                guard !DefaultGroups.isDefaultOptionGroup(name) else {
                    throw Fault.invalidParameterValue("The group \(name) is RDS's own: ResourceName cannot be its ARN.")
                }
                _ = try transaction.optionGroup(named: name, region: request.region)
                try transaction.update(DBOptionGroup.self, region: request.region, id: name) { try change(&$0.tags) }
            case .parameterGroup(let name):
                guard !DefaultGroups.isDefaultParameterGroup(name) else {
                    throw Fault.invalidParameterValue("The group \(name) is RDS's own: ResourceName cannot be its ARN.")
                }
                _ = try transaction.parameterGroup(named: name, region: request.region)
                try transaction.update(DBParameterGroup.self, region: request.region, id: name) { try change(&$0.tags) }
            }
        }
    }
}
