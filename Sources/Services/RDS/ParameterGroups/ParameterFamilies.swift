internal import AWSWire
internal import Resources

/// An engine's parameters as its groups see them: the newest installed version of the family speaks for all of it.
struct ParameterFamily: Sendable, Equatable {
    /// `postgres15`
    var name: String
    var engine: EngineTraits
    var version: EngineVersion

    /// Those that are installed here, by name.
    static func installed(_ catalog: any EngineCatalog) -> [ParameterFamily] {
        var found: [String: ParameterFamily] = [:]
        for engine in catalog.engines {
            for version in catalog.versions(of: engine.name) {
                found[version.family] = ParameterFamily(name: version.family, engine: engine, version: version)
            }
        }
        return found.values.sorted { $0.name < $1.name }
    }

    var defaultGroupName: String { DefaultGroups.parameterGroup(family: name) }

    /// The group that every instance of the family has unless another is named.
    func defaultGroup(region: String) -> DBParameterGroup {
        DBParameterGroup(
            region: region, name: defaultGroupName, family: name, description: "Default parameter group for \(name)")
    }
}

extension Request {
    /// - Throws: `Fault` for a family of which nothing is installed.
    func parameterFamily(_ name: String) throws -> ParameterFamily {
        let families = ParameterFamily.installed(context.catalog)
        guard let family = families.first(where: { $0.name == name.lowercased() }) else {
            throw Fault.invalidParameterValue(
                "ParameterGroupFamily \(quoted(name)) is not a valid parameter group family. "
                    + "Those of this host are: \(families.map(\.name).joined(separator: ", ")).")
        }
        return family
    }

    func parameters(of family: ParameterFamily) async throws -> ParameterCatalogue {
        try await context.catalog.parameters(of: family.engine.name, version: family.version.version)
    }

    /// A group by its name or its ARN, a default one included.
    func parameterGroup(_ text: String) throws -> DBParameterGroup {
        guard let name = resourceName(text, kind: "pg") else { throw RDSFault.parameterGroupNotFound(quoted(text)) }
        if let stored = context.store.find(DBParameterGroup.self, region: region, name: name) { return stored }
        let families = ParameterFamily.installed(context.catalog)
        guard let family = families.first(where: { $0.defaultGroupName == name }) else {
            throw RDSFault.parameterGroupNotFound(quoted(text))
        }
        return family.defaultGroup(region: region)
    }

    func answer(_ group: DBParameterGroup) -> Answer {
        .xml([ParameterGroupXML.node(group, account: context.account)])
    }

    func event(_ group: DBParameterGroup, _ message: String) -> DBEvent {
        DBEvent(
            region: group.region, sourceType: .dbParameterGroup, sourceIdentifier: group.name,
            sourceARN: ARN.dbParameterGroup(group.name, region: group.region, account: context.account).description,
            message: message, categories: [.configurationChange], date: context.now())
    }
}

extension StoreTransaction {
    /// A group that its owner has made.
    func parameterGroup(named name: String, region: String) throws -> DBParameterGroup {
        guard let group = find(DBParameterGroup.self, region: region, name: name) else {
            throw RDSFault.parameterGroupNotFound(String(name.prefix(255)))
        }
        return group
    }

    /// A new group, within the quota.
    mutating func add(_ group: DBParameterGroup) throws {
        guard find(DBParameterGroup.self, region: group.region, name: group.name) == nil else {
            throw RDSFault.parameterGroupAlreadyExists(group.name)
        }
        guard list(DBParameterGroup.self, region: group.region).count < ParameterGroupRules.quota else {
            throw RDSFault.parameterGroupQuotaExceeded(ParameterGroupRules.quota)
        }
        try insert(group)
    }

    /// The instances that name the group.
    func instances(of group: DBParameterGroup) -> [DBInstance] {
        list(DBInstance.self, region: group.region).filter { $0.spec.parameterGroup == group.name }
    }
}
