internal import AWSWire
internal import Resources

/// A ModifyDBInstance request, checked as far as it can be without the instance; login aside, see `LoginChange`.
struct InstanceModification: Sendable {
    let applyImmediately: Bool
    let newIdentifier: String?
    let instanceClass: String?
    let engine: String?
    let engineVersion: String?
    let port: Int?
    let storage: StorageChange
    let backupRetentionPeriod: Int?
    let backupWindow: TimeWindow?
    let maintenanceWindow: TimeWindow?
    let securityGroupIDs: [String]?
    let subnetGroup: String?
    let publiclyAccessible: Bool?
    let flags: InstanceFlags
    let logExports: LogExports
    let traits: EngineTraits

    init(_ request: Request, _ traits: EngineTraits) throws {
        self.traits = traits
        applyImmediately = try request.boolean("ApplyImmediately") ?? false
        // With it or without, major upgrades are refused; but it must be a truth value.
        _ = try request.boolean("AllowMajorVersionUpgrade")
        newIdentifier = try request.string("NewDBInstanceIdentifier").map {
            try Identifier.instance($0, parameter: "NewDBInstanceIdentifier")
        }
        instanceClass = try request.string("DBInstanceClass").map { try Limits.instanceClass($0) }
        engine = try request.string("Engine")
        engineVersion = try request.string("EngineVersion")
        port = try request.integer("DBPortNumber").map {
            try Limits.port($0, parameter: "DBPortNumber", among: request.context.endpointPorts)
        }
        storage = try StorageChange(request)
        backupRetentionPeriod = try request.integer("BackupRetentionPeriod").map { try Limits.retention($0) }
        backupWindow = try request.string("PreferredBackupWindow").map { try TimeWindow.backup($0) }
        maintenanceWindow = try request.string("PreferredMaintenanceWindow").map { try TimeWindow.maintenance($0) }
        securityGroupIDs = try request.strings("VpcSecurityGroupIds").map {
            try Limits.securityGroups($0, request.network, existing: request.securityGroups)
        }
        subnetGroup = try request.string("DBSubnetGroupName")?.lowercased()
        publiclyAccessible = try request.boolean("PubliclyAccessible")
        flags = try InstanceFlags(request)
        logExports = try LogExports(request, traits)
    }

    /// The instance as it is wanted from now on, operation aside.
    func applied(to current: DBInstance, _ request: Request) throws -> DBInstance {
        var desired = current
        try checkFixed(current, request)
        try applyAtOnce(to: &desired, request)
        try applyDeferrable(to: &desired, request)
        if applyImmediately { desired.applyPendingModifications(at: request.context.now()) }
        return desired
    }

    /// What the request may name but not change.
    private func checkFixed(_ current: DBInstance, _ request: Request) throws {
        if let engine, engine.lowercased() != current.spec.engine {
            throw Fault.invalidParameterCombination(
                "The Engine of \(current.identifier) is \(current.spec.engine) and cannot be changed to \(engine.prefix(64)).")
        }
        if let subnetGroup, subnetGroup != current.spec.subnetGroup {
            guard request.subnetGroup(named: subnetGroup) != nil else {
                throw RDSFault.subnetGroupNotFound(request.quoted(subnetGroup))
            }
            throw RDSFault.invalidNetworkState(
                "You cannot move DB instance \(current.identifier) to subnet group \(subnetGroup). "
                    + "The specified DB subnet group and DB instance are in the same VPC.")
        }
        try GroupRules.check(request, traits, request.context.catalog.version(running: current.spec))
    }

    private func applyAtOnce(to desired: inout DBInstance, _ request: Request) throws {
        if let group = try GroupRules.parameterGroup(request, request.context.catalog.version(running: desired.spec)) {
            desired.spec.parameterGroup = group
        }
        desired.spec.port = port ?? desired.spec.port
        if port != nil { desired.pending.port = nil }
        desired.spec.securityGroupIDs = securityGroupIDs ?? desired.spec.securityGroupIDs
        desired.spec.publiclyAccessible = publiclyAccessible ?? desired.spec.publiclyAccessible
        desired.spec.deletionProtection = flags.deletionProtection ?? desired.spec.deletionProtection
        desired.spec.autoMinorVersionUpgrade = flags.autoMinorVersionUpgrade ?? desired.spec.autoMinorVersionUpgrade
        desired.spec.copyTagsToSnapshot = flags.copyTagsToSnapshot ?? desired.spec.copyTagsToSnapshot
        desired.spec.logExports = logExports.applied(to: desired.spec.logExports)
        try applyWindows(to: &desired)
        try applyInsights(to: &desired)
    }

    private func applyWindows(to desired: inout DBInstance) throws {
        guard backupWindow != nil || maintenanceWindow != nil else { return }
        let backup = try backupWindow ?? TimeWindow.backup(desired.spec.backupWindow)
        let maintenance = try maintenanceWindow ?? TimeWindow.maintenance(desired.spec.maintenanceWindow)
        try TimeWindow.checkApart(backup, maintenance)
        desired.spec.backupWindow = backup.text
        desired.spec.maintenanceWindow = maintenance.text
    }

    private func applyInsights(to desired: inout DBInstance) throws {
        let enabled = flags.performanceInsights ?? desired.spec.performanceInsights
        try flags.checkInsights(enabled: enabled)
        desired.spec.performanceInsights = enabled
        desired.spec.performanceInsightsRetention =
            enabled ? flags.performanceInsightsRetention ?? desired.spec.performanceInsightsRetention ?? 7 : nil
    }

    /// Everything that waits for the window unless applied immediately goes through `pending`. A value that is in force
    /// already takes a waiting change back.
    private func applyDeferrable(to desired: inout DBInstance, _ request: Request) throws {
        let spec = desired.spec
        desired.pending.replace(\.instanceClass, with: instanceClass, inForce: spec.instanceClass)
        desired.pending.replace(\.identifier, with: newIdentifier, inForce: desired.identifier)
        desired.pending.replace(
            \.engineVersion, with: try VersionUpgrade.target(engineVersion, of: desired, request),
            inForce: spec.engineVersion)
        desired.pending.replace(
            \.certificateAuthority, with: flags.certificateAuthority,
            inForce: spec.certificateAuthority ?? request.context.board[desired.resourceID]?.certificate?.authority)
        desired.pending.replace(\.iamAuthentication, with: flags.iamAuthentication, inForce: spec.usesIAMAuthentication)
        if let group = try GroupRules.optionGroup(request, traits, request.context.catalog.version(running: spec)) {
            desired.pending.replace(\.optionGroup, with: group ?? "", inForce: spec.optionGroup ?? "")
        }
        try storage.apply(to: &desired, request.context.volumes)
        applyRetention(to: &desired)
    }

    /// From one number of days to another is at once; turning backups on or off waits (botocore, BackupRetentionPeriod).
    private func applyRetention(to desired: inout DBInstance) {
        guard let days = backupRetentionPeriod else { return }
        if days > 0, desired.spec.backupRetentionPeriod > 0 {
            desired.spec.backupRetentionPeriod = days
            desired.pending.backupRetentionPeriod = nil
        } else {
            desired.pending.replace(\.backupRetentionPeriod, with: days, inForce: desired.spec.backupRetentionPeriod)
        }
    }
}

extension DBInstance.PendingModifications {
    mutating func replace<Value: Equatable>(_ path: WritableKeyPath<Self, Value?>, with value: Value?, inForce: Value?) {
        guard let value else { return }
        self[keyPath: path] = value == inForce ? nil : value
    }
}
