extension CreateDBInstance {
    static let parameters: [ParameterRule] = identity + login + storage + network + maintenance + insights + elsewhere

    private static let identity: [ParameterRule] = [
        .works("DBInstanceIdentifier"),
        .works(
            "DBInstanceClass",
            "Sets the server's memory and connection settings by RDS's formulas. Its processors and memory are the server's "
                + "limits where cgroups can be used, see docs/operations.md."),
        .works("Engine", "The engines of this host."),
        .works("EngineVersion", "The installed version itself, else the nearest installed above it; an event says so."),
        .works("DBName"),
        .works("Tags"),
        .works("LicenseModel", "Must be the engine's own."),
        .works("DeletionProtection"),
        .works("DBParameterGroupName", "A group of the engine's family."),
        .works("OptionGroupName", "A group of the engine and major version."),
    ]

    private static let login: [ParameterRule] = [
        .works("MasterUsername"),
        .works("MasterUserPassword", "Kept only as the verifier that the server itself uses."),
        .works("ManageMasterUserPassword"),
        .works(
            "MasterUserSecretKmsKeyId",
            "Seals the managed secret; an id, an alias, or the ARN of either. `alias/aws/secretsmanager` unless given."),
        .refused(
            "MasterUserAuthenticationType", "the master user logs in with a password. Leave it out, or give password.",
            unless: ["password"]),
        .works("EnableIAMDatabaseAuthentication", "Members of `rds_iam` log in with tokens, see docs/security.md."),
    ]

    private static let storage: [ParameterRule] = [
        .works("AllocatedStorage", "The size of the instance's file system on image volumes; a number on directory volumes."),
        .works("MaxAllocatedStorage", "Autoscaling by RDS's rule, on image volumes."),
        .works(
            "StorageType",
            "says which sizes and speeds may be asked for, as on RDS. The type itself makes nothing slower or faster."),
        .works("Iops", StorageSpeedRule.iopsNote),
        .works("StorageThroughput", StorageSpeedRule.throughputNote),
        .works("StorageEncrypted", "By the kernel or gocryptfs; refused where the host has neither, see docs/volumes.md."),
        .works("KmsKeyId", "An id, an alias, or the ARN of either. `alias/aws/rds` unless given."),
        .refused("DedicatedLogVolume", "there is one volume for each instance. Leave it out, or turn it off.", unless: ["false"]),
        .refused("AdditionalStorageVolumes", "there is one volume for each instance. Leave it out."),
    ]

    private static let network: [ParameterRule] = [
        .works("Port"),
        .works("VpcSecurityGroupIds", "Up to five groups of the region; in force at once."),
        .recorded("DBSubnetGroupName", "Until instances run on more machines than one."),
        .recorded("AvailabilityZone", "Until instances run on more machines than one."),
        .recorded("PubliclyAccessible", "Until the front door issue: endpoints are on loopback addresses."),
        .refused("NetworkType", "endpoints are IPv4. Leave it out, or give IPV4.", unless: ["IPV4"]),
        .refused("EnableCustomerOwnedIp", "there are no Outposts. Leave it out, or turn it off.", unless: ["false"]),
        .refused("DBSecurityGroups", "EC2-Classic is no more. Use VpcSecurityGroupIds."),
        .works("CACertificateIdentifier", "The authorities that DescribeCertificates lists."),
    ]

    private static let maintenance: [ParameterRule] = [
        .works("PreferredMaintenanceWindow", "Pending modifications are applied in it."),
        .recorded("AutoMinorVersionUpgrade", "Until upgrades of installed versions are watched."),
        .recorded("BackupRetentionPeriod", "Until the backups issue. Above 0 MariaDB keeps a binary log."),
        .recorded("PreferredBackupWindow", "Until the backups issue."),
        .works("CopyTagsToSnapshot"),
        .refused(
            "BackupTarget", "backups are kept in the region. Leave it out, or give region.", unless: ["region"]),
        .refused(
            "MultiAZ", "standbys are not available yet. Leave it out, or turn it off.", unless: ["false"]),
        .refused(
            "EngineLifecycleSupport", "installed versions run for as long as they are installed. Leave it out.",
            unless: ["open-source-rds-extended-support"]),
    ]

    private static let insights: [ParameterRule] = [
        .works("EnablePerformanceInsights", "Loads the statistics that Performance Insights reads."),
        .recorded("PerformanceInsightsRetentionPeriod", "Until the insights issue."),
        .refused("PerformanceInsightsKMSKeyId", "performance data is not encrypted yet. Leave it out."),
        .refused(
            "DatabaseInsightsMode", "the advanced mode is not available yet. Leave it out, or give standard.",
            unless: ["standard"]),
        .refused(
            "MonitoringInterval", "enhanced monitoring is not available yet. Leave it out, or give 0.",
            unless: ["0"]),
        .refused("MonitoringRoleArn", "enhanced monitoring is not available yet. Leave it out."),
        .recorded("EnableCloudwatchLogsExports", LogExports.note),
    ]

    /// What belongs to engines, directories and hosts that are not here.
    private static let elsewhere: [ParameterRule] =
        [
            .refused("DBClusterIdentifier", "clusters are not available yet. Leave it out."),
            .refused("PromotionTier", "clusters are not available yet. Leave it out."),
            .refused("ProcessorFeatures", "processor features belong to Oracle and SQL Server. Leave it out."),
            .refused("CharacterSetName", "it belongs to Oracle; databases here are UTF8. Leave it out."),
            .refused("NcharCharacterSetName", "it belongs to Oracle. Leave it out."),
            .refused("TdeCredentialArn", "it belongs to Oracle. Leave it out."),
            .refused("TdeCredentialPassword", "it belongs to Oracle. Leave it out."),
            .refused("MultiTenant", "it belongs to Oracle. Leave it out, or turn it off.", unless: ["false"]),
            .refused("DBSystemId", "it belongs to Oracle. Leave it out."),
            .refused("CustomIamInstanceProfile", "it belongs to RDS Custom. Leave it out."),
            .refused("Timezone", "it belongs to SQL Server and Db2; servers here run in UTC. Leave it out."),
            .refused("TagSpecifications", "it tags resources made along with the instance; there are none. Use Tags."),
        ] + ParameterRule.activeDirectory
}

extension ParameterRule {
    static let activeDirectory: [ParameterRule] = [
        "Domain", "DomainFqdn", "DomainOu", "DomainAuthSecretArn", "DomainDnsIps", "DomainIAMRoleName",
    ].map { .refused($0, "there is no Active Directory to join. Leave it out.") }
}
