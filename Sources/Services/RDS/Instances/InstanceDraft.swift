internal import AWSWire
internal import Foundation
internal import Resources

/// A CreateDBInstance request, checked as far as it can be without looking at the store.
struct InstanceDraft: Sendable {
    let identifier: String
    let engine: EngineChoice
    let instanceClass: String
    let databaseName: String?
    let login: NewLogin
    let storage: Storage
    let encryption: StorageEncryption
    let port: Int
    let subnetGroup: String
    let securityGroupIDs: [String]
    let availabilityZone: String?
    let publiclyAccessible: Bool
    let backupRetentionPeriod: Int
    let windows: (backup: TimeWindow, maintenance: TimeWindow)
    let flags: InstanceFlags
    let logExports: LogExports
    /// Nil for the default group.
    let parameterGroup: String?
    /// Nil for the default group.
    let optionGroup: String?
    let tags: [Tag]

    init(_ request: Request) throws {
        let context = request.context
        identifier = try Identifier.instance(request.required("DBInstanceIdentifier"), parameter: "DBInstanceIdentifier")
        let traits = try EngineChoice.traits(request.required("Engine"), context.catalog)
        instanceClass = try Limits.instanceClass(request.required("DBInstanceClass"))
        engine = try EngineChoice.choose(
            engine: traits, requested: request.string("EngineVersion"), exact: context.exactVersions, context.catalog)
        databaseName = try request.string("DBName").map { try DatabaseName.check($0, traits) }
        storage = try Self.storage(request, traits)
        encryption = try StorageEncryption(request)
        port = try Limits.port(
            request.integer("Port") ?? traits.defaultPort, parameter: "Port", among: context.endpointPorts)
        subnetGroup = try request.string("DBSubnetGroupName")?.lowercased() ?? DefaultVPC.subnetGroupName
        securityGroupIDs = try Limits.securityGroups(
            request.strings("VpcSecurityGroupIds") ?? [], request.network, existing: request.securityGroups)
        availabilityZone = try request.string("AvailabilityZone").map {
            try Limits.availabilityZone($0, region: request.region)
        }
        publiclyAccessible = try request.boolean("PubliclyAccessible") ?? (subnetGroup == DefaultVPC.subnetGroupName)
        backupRetentionPeriod = try Limits.retention(request.integer("BackupRetentionPeriod") ?? 1)
        windows = try DefaultWindows.complete(
            backup: request.string("PreferredBackupWindow").map { try TimeWindow.backup($0) },
            maintenance: request.string("PreferredMaintenanceWindow").map { try TimeWindow.maintenance($0) },
            region: request.region, random: context.random)
        flags = try InstanceFlags(request)
        logExports = try LogExports(request, traits)
        tags = try TagRules.tags(request)
        try GroupRules.check(request, traits, engine.version)
        parameterGroup = try GroupRules.parameterGroup(request, engine.version) ?? nil
        optionGroup = try GroupRules.optionGroup(request, traits, engine.version) ?? nil
        login = try NewLogin(request, traits)
    }

    private static func storage(_ request: Request, _ engine: EngineTraits) throws -> Storage {
        guard let size = try request.integer("AllocatedStorage") else {
            throw Fault.invalidParameterValue("The parameter AllocatedStorage must be provided and must not be null.")
        }
        let iops = try request.integer("Iops")
        let storage = Storage(
            type: try request.string("StorageType")?.lowercased() ?? (iops == nil ? "gp3" : "io1"), size: size,
            maximum: try request.integer("MaxAllocatedStorage"), iops: iops,
            throughput: try request.integer("StorageThroughput"))
        try storage.check(engine: engine.name)
        return storage
    }

    // MARK: What is stored

    /// The new instance; its managed secret is stored along the way.
    ///
    /// - Throws: `Fault` when the subnet group has no subnet in the zone that was asked for, or the secret's key cannot be used.
    func document(in group: DBSubnetGroup, _ transaction: inout StoreTransaction, _ request: Request) throws -> DBInstance {
        let now = request.context.now()
        var instance = DBInstance(
            region: request.region, resourceID: request.context.random.instanceResourceID(), identifier: identifier,
            requestedAt: now, spec: try spec(in: group, request),
            master: DBInstance.MasterUser(username: login.username, verifier: login.verifier),
            operation: DBInstance.Operation(kind: .create, requestedAt: now), tags: tags)
        instance.volume = try encryption.volume(of: instance, in: &transaction, request)
        try StorageSpeedRule.check(instance, request)
        if let password = login.managedPassword {
            try ManagedSecret.make(
                for: &instance, password: password, keyName: login.secretKeyName, in: &transaction, request)
        }
        return instance
    }

    /// Says that another version, or another product, runs than the one that was asked for, if so.
    private var substitution: String? {
        let name = engine.traits.description
        let asked = engine.substitutedFor.map { "\(name) \($0)" }
        if let product = engine.traits.substitute?.product {
            return "\(product) \(engine.version.version) runs in place of \(asked ?? name): \(name)'s own server is not run here."
        }
        return asked.map { "\($0) is not installed on this host; \(name) \(engine.version.version) runs in its place." }
    }

    func substitutionEvent(_ instance: DBInstance, _ request: Request) -> DBEvent? {
        guard let substitution else { return nil }
        return DBEvent(
            region: instance.region, sourceType: .dbInstance, sourceIdentifier: instance.identifier,
            sourceARN: ARN.dbInstance(instance.identifier, region: instance.region, account: request.context.account).description,
            message: substitution, categories: [.notification], date: request.context.now())
    }

    private func spec(in group: DBSubnetGroup, _ request: Request) throws -> DBInstance.Spec {
        DBInstance.Spec(
            engine: engine.traits.name, engineVersion: engine.version.version, instanceClass: instanceClass,
            allocatedStorage: storage.size, maxAllocatedStorage: storage.maximum, storageType: storage.type,
            iops: storage.iops, storageThroughput: storage.throughput, databaseName: databaseName, port: port,
            availabilityZone: try request.zone(availabilityZone, in: group), subnetGroup: group.name,
            securityGroupIDs: securityGroupIDs,
            publiclyAccessible: publiclyAccessible, backupRetentionPeriod: backupRetentionPeriod,
            backupWindow: windows.backup.text, maintenanceWindow: windows.maintenance.text,
            deletionProtection: flags.deletionProtection ?? false,
            autoMinorVersionUpgrade: flags.autoMinorVersionUpgrade ?? true,
            copyTagsToSnapshot: flags.copyTagsToSnapshot ?? false, performanceInsights: flags.performanceInsights ?? false,
            performanceInsightsRetention: flags.performanceInsights == true ? flags.performanceInsightsRetention ?? 7 : nil,
            certificateAuthority: flags.certificateAuthority ?? request.defaultCertificateAuthority,
            iamAuthentication: flags.iamAuthentication, parameterGroup: parameterGroup, optionGroup: optionGroup,
            logExports: logExports.applied(to: nil))
    }
}

extension Request {
    /// The zone of a new instance: the one asked for, or any of the group's.
    func zone(_ asked: String?, in group: DBSubnetGroup) throws -> String {
        let zones = group.subnetIDs.compactMap { network.subnet($0)?.zone }.sorted()
        guard let asked else {
            guard !zones.isEmpty else { throw RDSFault.subnetGroupTooFewZones(0) }
            return zones[context.random.below(zones.count)]
        }
        guard zones.contains(asked) else {
            throw RDSFault.invalidNetworkState(
                "The DB subnet group \(group.name) has no subnet in the AvailabilityZone \(asked). "
                    + "Its zones are \(zones.joined(separator: ", ")).")
        }
        return asked
    }
}
