internal import AWSWire
internal import Resources
internal import Synchronization

/// Instances as XML, kept for as long as nothing about them changes: what is polled all day is rendered once.
final class RenderedInstances: Sendable {
    /// Entries beyond this are forgotten all at once; they come back as they are asked for.
    static let instanceLimit = 4096
    static let pageLimit = 64

    private struct Entry {
        var instance: DBInstance
        var observed: DBInstanceObservation?
        var groups: Groups
        var bytes: [UInt8]
    }

    /// What an answer tells of the groups that an instance names.
    private struct Groups: Equatable {
        var subnet: DBSubnetGroup
        var parameter: DBParameterGroup?
        var option: DBOptionGroup?
    }

    /// What was true of store and board before the page was put together: any change makes it another page.
    struct PageKey: Hashable, Sendable {
        var storeRevision: UInt64
        var boardRevision: UInt64
        var region: String
        var marker: String?
        var limit: Int
    }

    private let entries = Mutex<[String: Entry]>([:])
    private let pages = Mutex<[PageKey: [UInt8]]>([:])

    /// `<DBInstance>…</DBInstance>`
    func xml(of instance: DBInstance, in context: ServiceContext, _ network: DefaultVPC) -> [UInt8] {
        let observed = context.board[instance.resourceID]
        let groups = groups(of: instance, in: context, network)
        let kept = entries.withLock { entries -> [UInt8]? in
            guard let entry = entries[instance.resourceID], entry.observed == observed, entry.instance == instance,
                entry.groups == groups
            else { return nil }
            return entry.bytes
        }
        if let kept { return kept }
        let bytes = Self.render(instance, observed, groups, context, network)
        entries.withLock { entries in
            if entries.count >= Self.instanceLimit { entries = [:] }
            entries[instance.resourceID] = Entry(instance: instance, observed: observed, groups: groups, bytes: bytes)
        }
        return bytes
    }

    func page(_ key: PageKey, _ make: () throws -> [UInt8]) rethrows -> [UInt8] {
        if let kept = pages.withLock({ $0[key] }) { return kept }
        let bytes = try make()
        pages.withLock { pages in
            let isOutdated = { (old: PageKey) in
                old.storeRevision != key.storeRevision || old.boardRevision != key.boardRevision
            }
            if pages.count >= Self.pageLimit || pages.keys.contains(where: isOutdated) { pages = [:] }
            pages[key] = bytes
        }
        return bytes
    }

    private func groups(of instance: DBInstance, in context: ServiceContext, _ network: DefaultVPC) -> Groups {
        Groups(
            subnet: subnetGroup(of: instance, in: context, network),
            parameter: context.store.parameterGroup(of: instance), option: context.store.optionGroup(of: instance))
    }

    private func subnetGroup(of instance: DBInstance, in context: ServiceContext, _ network: DefaultVPC) -> DBSubnetGroup {
        let name = instance.spec.subnetGroup
        guard name != DefaultVPC.subnetGroupName else { return network.defaultSubnetGroup }
        return context.store.find(DBSubnetGroup.self, region: instance.region, name: name)
            ?? DBSubnetGroup(
                region: instance.region, name: name, description: "", vpcID: network.vpcID, subnetIDs: [], tags: [])
    }

    private static func render(
        _ instance: DBInstance, _ observed: DBInstanceObservation?, _ groups: Groups, _ context: ServiceContext,
        _ network: DefaultVPC
    ) -> [UInt8] {
        DBInstanceXML(
            instance: instance, observed: observed, subnetGroup: groups.subnet, parameterGroup: groups.parameter,
            optionGroup: groups.option,
            traits: context.catalog.traits(of: instance.spec.engine), version: context.catalog.version(running: instance.spec),
            naming: context.naming, network: network
        ).bytes()
    }
}

extension EngineCatalog {
    /// The version of an instance, installed or no longer.
    func version(running spec: DBInstance.Spec) -> EngineVersion {
        if let installed = versions(of: spec.engine).first(where: { $0.version == spec.engineVersion }) { return installed }
        return traits(of: spec.engine)?.version(spec.engineVersion)
            ?? EngineVersion(version: spec.engineVersion, family: spec.engine + spec.engineVersion, major: spec.engineVersion)
    }
}
