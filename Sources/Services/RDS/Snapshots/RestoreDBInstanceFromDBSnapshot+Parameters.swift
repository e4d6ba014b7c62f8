extension RestoreDBInstanceFromDBSnapshot {
    static let parameters: [ParameterRule] = identity + storage + network + rest

    private static let identity: [ParameterRule] = [
        .works("DBInstanceIdentifier"), .works("DBSnapshotIdentifier", "A name or an ARN."),
        .works("DBInstanceClass", "The former instance's unless given."),
        .works("Engine", "Must be the snapshot's."),
        .works("LicenseModel", "Must be the engine's own."),
        .works("DBParameterGroupName", "A group of the engine's family; the default group unless given."),
        .works("OptionGroupName", "The snapshot's unless given."),
        .works("Tags", "Those of the former instance, as it was then, unless given."),
        .works("DeletionProtection"),
        .works("EnableIAMDatabaseAuthentication", "Off unless given."),
        .works("ManageMasterUserPassword", "A new password; otherwise the snapshot's master user keeps theirs."),
        .works("MasterUserSecretKmsKeyId", "As of CreateDBInstance."),
        .refused("DBName", "databases are the snapshot's. Leave it out."),
        .refused("DBClusterSnapshotIdentifier", "clusters are not available yet. Leave it out."),
    ]

    private static let storage: [ParameterRule] = [
        .works("AllocatedStorage", "As of CreateDBInstance; not less than the snapshot's."),
        .works(
            "StorageType",
            "says which sizes and speeds may be asked for, as on RDS. The type itself makes nothing slower or faster."),
        .works("Iops", StorageSpeedRule.iopsNote),
        .works("StorageThroughput", StorageSpeedRule.throughputNote),
        .refused("DedicatedLogVolume", "there is one volume for each instance. Leave it out, or turn it off.", unless: ["false"]),
        .refused("AdditionalStorageVolumes", "there is one volume for each instance. Leave it out."),
    ]

    private static let network: [ParameterRule] = [
        .works("Port", "The former instance's unless given."),
        .works("VpcSecurityGroupIds", "Up to five groups of the region; the default group unless given."),
        .recorded("DBSubnetGroupName", "Until instances run on more machines than one."),
        .recorded("AvailabilityZone", "Until instances run on more machines than one."),
        .recorded("PubliclyAccessible", "Until the front door issue: endpoints are on loopback addresses."),
        .refused("NetworkType", "endpoints are IPv4. Leave it out, or give IPV4.", unless: ["IPV4"]),
        .refused("EnableCustomerOwnedIp", "there are no Outposts. Leave it out, or turn it off.", unless: ["false"]),
        .works("CACertificateIdentifier", "The authorities that DescribeCertificates lists."),
        .refused("MultiAZ", "standbys are not available yet. Leave it out, or turn it off.", unless: ["false"]),
    ]

    private static let rest: [ParameterRule] =
        [
            .recorded("AutoMinorVersionUpgrade", "Until upgrades of installed versions are watched."),
            .recorded("BackupRetentionPeriod", "Until the backups issue. The snapshot's unless given."),
            .recorded("PreferredBackupWindow", "Until the backups issue. The snapshot's unless given."),
            .works("CopyTagsToSnapshot"),
            .refused("BackupTarget", "backups are kept in the region. Leave it out, or give region.", unless: ["region"]),
            .recorded("EnableCloudwatchLogsExports", LogExports.note),
            .refused(
                "EngineLifecycleSupport", "installed versions run for as long as they are installed. Leave it out.",
                unless: ["open-source-rds-extended-support"]),
            .refused("ProcessorFeatures", "processor features belong to Oracle and SQL Server. Leave it out."),
            .refused(
                "UseDefaultProcessorFeatures", "processor features belong to Oracle and SQL Server. Leave it out.",
                unless: ["true"]),
            .refused("TdeCredentialArn", "it belongs to Oracle. Leave it out."),
            .refused("TdeCredentialPassword", "it belongs to Oracle. Leave it out."),
            .refused("CustomIamInstanceProfile", "it belongs to RDS Custom. Leave it out."),
            .refused("TagSpecifications", "it tags resources made along with the instance; there are none. Use Tags."),
        ] + ParameterRule.activeDirectory
}
