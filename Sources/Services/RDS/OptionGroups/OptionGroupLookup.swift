internal import AWSWire
internal import Resources

extension Request {
    /// The default group of every installed major version.
    var defaultOptionGroups: [DBOptionGroup] {
        var groups: [String: DBOptionGroup] = [:]
        for engine in context.catalog.engines {
            for version in context.catalog.versions(of: engine.name) {
                let name = DefaultGroups.optionGroup(engine: engine.name, major: version.major)
                groups[name] = DBOptionGroup(
                    region: region, name: name, engine: engine.name, majorVersion: version.major,
                    description: "Default option group for \(engine.name) \(version.major)")
            }
        }
        return groups.values.sorted { $0.name < $1.name }
    }

    /// A group by its name or its ARN, a default one included.
    func optionGroup(_ text: String) throws -> DBOptionGroup {
        guard let name = resourceName(text, kind: "og") else { throw RDSFault.optionGroupNotFound(quoted(text)) }
        if let stored = context.store.find(DBOptionGroup.self, region: region, name: name) { return stored }
        guard let group = defaultOptionGroups.first(where: { $0.name == name }) else {
            throw RDSFault.optionGroupNotFound(quoted(text))
        }
        return group
    }

    /// The group that `OptionGroupName` names, unless it is a default one.
    func changeableOptionGroup(_ what: String) throws -> DBOptionGroup {
        let group = try optionGroup(required("OptionGroupName"))
        guard !DefaultGroups.isDefaultOptionGroup(group.name) else {
            throw RDSFault.invalidOptionGroupState("The default option group \(group.name) cannot be \(what).")
        }
        return group
    }

    func answer(_ group: DBOptionGroup) -> Answer {
        .xml([.element("OptionGroup", OptionGroupXML(group: group, request: self).children())])
    }

    func optionDefinitions(of engine: String) -> [OptionDefinition] { context.catalog.traits(of: engine)?.options ?? [] }
}

extension StoreTransaction {
    /// A group that its owner has made.
    func optionGroup(named name: String, region: String) throws -> DBOptionGroup {
        guard let group = find(DBOptionGroup.self, region: region, name: name) else {
            throw RDSFault.optionGroupNotFound(String(name.prefix(255)))
        }
        return group
    }

    /// A new group, within the quota.
    mutating func add(_ group: DBOptionGroup) throws {
        guard find(DBOptionGroup.self, region: group.region, name: group.name) == nil else {
            throw RDSFault.optionGroupAlreadyExists(group.name)
        }
        guard list(DBOptionGroup.self, region: group.region).count < OptionGroupRules.quota else {
            throw RDSFault.optionGroupQuotaExceeded(OptionGroupRules.quota)
        }
        try insert(group)
    }
}
