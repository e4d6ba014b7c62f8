internal import AWSWire
internal import Resources

/// `<DBSnapshot>`: element names and list members are those of botocore's shape DBSnapshot.
struct SnapshotXML {
    var snapshot: DBSnapshot
    var context: ServiceContext

    private var spec: DBInstance.Spec { snapshot.instance.spec }

    func node() -> XMLNode {
        let nodes = identity + subject + storage + source
        return .element("DBSnapshot", nodes + [.element("ProcessorFeatures", []), tags])
    }

    private var identity: [XMLNode] {
        let arn = ARN.dbSnapshot(snapshot.identifier, region: snapshot.region, account: context.account)
        return [
            .text("DBSnapshotIdentifier", snapshot.identifier),
            .text("DBInstanceIdentifier", snapshot.instance.identifier),
            .text("DbiResourceId", snapshot.instance.resourceID),
            .text("DBSnapshotArn", arn.description),
            .text("Status", snapshot.status.rawValue),
            .text("SnapshotType", snapshot.type.rawValue),
            .text("PercentProgress", snapshot.percentProgress(seen: context.board.progress(of: snapshot.id))),
        ] + text("SnapshotCreateTime", snapshot.createdAt.map(Timestamp.text))
            + text("SnapshotDatabaseTime", snapshot.originalCreatedAt.map(Timestamp.text))
            + text("OriginalSnapshotCreateTime", snapshot.originalCreatedAt.map(Timestamp.text))
            + text("InstanceCreateTime", snapshot.instance.createdAt.map(Timestamp.text))
    }

    private var subject: [XMLNode] {
        let version = context.catalog.version(running: spec)
        let standard = DefaultGroups.optionGroup(engine: spec.engine, major: version.major)
        return [
            .text("Engine", spec.engine), .text("EngineVersion", spec.engineVersion),
            .text("MasterUsername", snapshot.instance.master.username), .text("Port", spec.port),
            .text("AvailabilityZone", spec.availabilityZone), .text("OptionGroupName", snapshot.optionGroup ?? standard),
            .text("IAMDatabaseAuthenticationEnabled", spec.usesIAMAuthentication),
            .text("BackupRetentionPeriod", spec.backupRetentionPeriod), .text("PreferredBackupWindow", spec.backupWindow),
        ] + text("VpcId", snapshot.instance.vpcID)
            + text("LicenseModel", context.catalog.traits(of: spec.engine)?.licenseModel)
    }

    private var storage: [XMLNode] {
        [
            .text("AllocatedStorage", spec.allocatedStorage), .text("StorageType", spec.storageType),
            .text("Encrypted", snapshot.encryption != nil), .text("DedicatedLogVolume", false), .text("SnapshotTarget", "region"),
        ] + text("KmsKeyId", snapshot.encryption?.keyARN) + text("Iops", spec.iops.map { String($0) })
            + text("StorageThroughput", spec.storageThroughput.map { String($0) })
    }

    private var source: [XMLNode] {
        guard let arn = snapshot.sourceARN else { return [] }
        return [.text("SourceDBSnapshotIdentifier", arn)] + text("SourceRegion", ARN(arn)?.region)
    }

    private var tags: XMLNode {
        .element("TagList", snapshot.tags.map { .element("Tag", [.text("Key", $0.key), .text("Value", $0.value)]) })
    }

    private func text(_ name: String, _ value: String?) -> [XMLNode] { value.map { [.text(name, $0)] } ?? [] }
}
