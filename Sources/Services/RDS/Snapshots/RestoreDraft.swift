internal import AWSWire
internal import Foundation
internal import Resources

/// A RestoreDBInstanceFromDBSnapshot request, checked as far as it can be without a transaction. What it does not say is as it
/// was when the snapshot was taken, or as for a new instance: see RDS's reference of the action.
struct RestoreDraft: Sendable {
    let identifier: String
    let engine: EngineChoice
    let instanceClass: String
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
    /// Nil within for the default group; nil when the request says nothing.
    private let optionGroup: String??
    /// Nil when the request says nothing.
    private let tags: [Tag]?
    /// A password that Secrets Manager is to keep; nil when the master user keeps theirs.
    private let managed: FreshCredential?
    private let secretKeyName: String?

    init(_ request: Request, _ snapshot: DBSnapshot) throws {
        let context = request.context
        let former = snapshot.instance.spec
        identifier = try Identifier.instance(request.required("DBInstanceIdentifier"), parameter: "DBInstanceIdentifier")
        engine = try Self.engine(request, former)
        let traits = engine.traits
        instanceClass = try Limits.instanceClass(request.string("DBInstanceClass") ?? former.instanceClass)
        storage = try Self.storage(request, former)
        encryption = try StorageEncryption(restoring: snapshot, request)
        port = try Limits.port(request.integer("Port") ?? former.port, parameter: "Port", among: context.endpointPorts)
        subnetGroup = try request.string("DBSubnetGroupName")?.lowercased() ?? DefaultVPC.subnetGroupName
        securityGroupIDs = try Limits.securityGroups(
            request.strings("VpcSecurityGroupIds") ?? [], request.network, existing: request.securityGroups)
        availabilityZone = try request.string("AvailabilityZone").map {
            try Limits.availabilityZone($0, region: request.region)
        }
        publiclyAccessible = try request.boolean("PubliclyAccessible") ?? (subnetGroup == DefaultVPC.subnetGroupName)
        backupRetentionPeriod = try Limits.retention(request.integer("BackupRetentionPeriod") ?? former.backupRetentionPeriod)
        windows = try DefaultWindows.complete(
            backup: TimeWindow.backup(request.string("PreferredBackupWindow") ?? former.backupWindow), maintenance: nil,
            region: request.region, random: context.random)
        flags = try InstanceFlags(request)
        logExports = try LogExports(request, traits)
        tags = request.call.parameters["Tags"] == nil ? nil : try TagRules.tags(request)
        try GroupRules.check(request, traits, engine.version)
        parameterGroup = try GroupRules.parameterGroup(request, engine.version) ?? nil
        optionGroup = try GroupRules.optionGroup(request, traits, engine.version)
        managed = try Self.managed(request, snapshot)
        secretKeyName = try request.string("MasterUserSecretKmsKeyId")
        guard managed != nil || secretKeyName == nil else { throw NewLogin.keyWithoutSecret }
    }

    /// The version of the data; where that is not installed any more, the nearest above it of the same major version.
    private static func engine(_ request: Request, _ former: DBInstance.Spec) throws -> EngineChoice {
        let catalog = request.context.catalog
        if let asked = try request.string("Engine"), asked.lowercased() != former.engine {
            throw Fault.invalidParameterCombination(
                "The snapshot holds data of \(former.engine): the parameter Engine cannot be \(asked.prefix(32)).")
        }
        let traits = try EngineChoice.traits(former.engine, catalog)
        let major = catalog.version(running: former).major
        guard let serving = catalog.version(of: former.engine, serving: former.engineVersion), serving.major == major else {
            let installed = catalog.versions(of: former.engine).map(\.version).joined(separator: ", ")
            throw Fault.invalidParameterCombination(
                "Cannot restore the snapshot: it needs \(traits.description) \(major), at least \(former.engineVersion). "
                    + "Installed on this host: \(installed.isEmpty ? "none" : installed).")
        }
        return EngineChoice(
            traits: traits, version: serving, substitutedFor: serving.version == former.engineVersion ? nil : former.engineVersion
        )
    }

    private static func storage(_ request: Request, _ former: DBInstance.Spec) throws -> Storage {
        let iops = try request.integer("Iops")
        let type = try request.string("StorageType")?.lowercased() ?? former.storageType
        let keepsSpeed = type == former.storageType
        let size = try request.integer("AllocatedStorage") ?? former.allocatedStorage
        guard size >= former.allocatedStorage else {
            throw Fault.invalidParameterCombination(
                "Invalid storage size: \(size). The parameter AllocatedStorage cannot be less than the snapshot's "
                    + "\(former.allocatedStorage) GiB.")
        }
        let storage = Storage(
            type: type, size: size, maximum: former.maxAllocatedStorage.flatMap { $0 > size ? $0 : nil },
            iops: iops ?? (keepsSpeed ? former.iops : nil),
            throughput: try request.integer("StorageThroughput") ?? (keepsSpeed ? former.storageThroughput : nil))
        try storage.check(engine: former.engine)
        return storage
    }

    private static func managed(_ request: Request, _ snapshot: DBSnapshot) throws -> FreshCredential? {
        guard try request.boolean("ManageMasterUserPassword") ?? false else { return nil }
        let password = request.context.random.masterPassword()
        let verifier = try request.context.catalog.passwordVerifier(engine: snapshot.instance.spec.engine, password: password)
        return FreshCredential(password: password, verifier: verifier)
    }

    // MARK: What is stored

    func document(
        from snapshot: DBSnapshot, in group: DBSubnetGroup, _ transaction: inout StoreTransaction, _ request: Request
    ) throws -> DBInstance {
        let now = request.context.now()
        var instance = DBInstance(
            region: request.region, resourceID: request.context.random.instanceResourceID(), identifier: identifier,
            requestedAt: now, spec: try spec(from: snapshot, in: group, request), master: snapshot.instance.master,
            operation: DBInstance.Operation(kind: .create, requestedAt: now), tags: tags ?? snapshot.instance.tags)
        try SnapshotEncryption.checkReadable(snapshot, transaction, request)
        instance.volume = try encryption.volume(of: instance, in: &transaction, request)
        try StorageSpeedRule.check(instance, request)
        instance.source = DBInstance.Source(snapshot: snapshot.id, name: snapshot.identifier)
        if let managed {
            // The data know the former one: the next generation is owed to the server.
            instance.master.take(managed)
            try ManagedSecret.make(
                for: &instance, password: managed.password, keyName: secretKeyName, in: &transaction, request)
        }
        return instance
    }

    private func spec(from snapshot: DBSnapshot, in group: DBSubnetGroup, _ request: Request) throws -> DBInstance.Spec {
        let former = snapshot.instance.spec
        return DBInstance.Spec(
            engine: engine.traits.name, engineVersion: engine.version.version, instanceClass: instanceClass,
            allocatedStorage: storage.size, maxAllocatedStorage: storage.maximum, storageType: storage.type,
            iops: storage.iops, storageThroughput: storage.throughput, databaseName: former.databaseName, port: port,
            availabilityZone: try request.zone(availabilityZone, in: group), subnetGroup: group.name,
            securityGroupIDs: securityGroupIDs, publiclyAccessible: publiclyAccessible,
            backupRetentionPeriod: backupRetentionPeriod, backupWindow: windows.backup.text,
            maintenanceWindow: windows.maintenance.text, deletionProtection: flags.deletionProtection ?? false,
            autoMinorVersionUpgrade: flags.autoMinorVersionUpgrade ?? true,
            copyTagsToSnapshot: flags.copyTagsToSnapshot ?? false,
            certificateAuthority: flags.certificateAuthority ?? request.defaultCertificateAuthority,
            iamAuthentication: flags.iamAuthentication, parameterGroup: parameterGroup,
            optionGroup: optionGroup ?? snapshot.optionGroup, logExports: logExports.applied(to: nil))
    }
}
