extension ModifyDBInstance {
    static let parameters: [ParameterRule] = works + recorded + network + security + elsewhere + ParameterRule.activeDirectory

    private static let works: [ParameterRule] = [
        .works("DBInstanceIdentifier", "A name or an ARN."),
        .works("ApplyImmediately"),
        .works("DBInstanceClass", "In the maintenance window unless applied immediately."),
        .works("NewDBInstanceIdentifier", "In the maintenance window unless applied immediately. Moves the endpoint's name."),
        .works("EngineVersion", "A later installed minor version; in the maintenance window unless applied immediately."),
        .works("MasterUserPassword", "At once; works on the next login."),
        .works("ManageMasterUserPassword"),
        .works("RotateMasterUserPassword", "With ApplyImmediately, as on RDS."),
        .works("DBPortNumber", "At once."),
        .works("DeletionProtection", "At once."),
        .works("PreferredMaintenanceWindow", "At once."),
        .works("EnablePerformanceInsights", "At once; loads the statistics that Performance Insights reads."),
        .works("EnableIAMDatabaseAuthentication", "In the maintenance window unless applied immediately. Without a restart."),
        .works(
            "CACertificateIdentifier",
            "In the maintenance window unless applied immediately. Without a restart; connections in progress stay."),
        .works("LicenseModel", "Must be the engine's own."),
        .works("DBParameterGroupName", "A group of the engine's family; its parameters apply with the next reboot."),
        .works(
            "OptionGroupName",
            "A group of the engine and major version; in the maintenance window unless applied immediately. Without a restart."),
        .works("DBSubnetGroupName", "The instance's own: there is one VPC, and RDS moves instances only between VPCs."),
        .works("Engine", "The instance's own: engines cannot be changed."),
    ]

    private static let recorded: [ParameterRule] = [
        .works("AllocatedStorage", "Grows the file system of image volumes while it is used; by a tenth at least, as on RDS."),
        .works("MaxAllocatedStorage", "At once; equal to AllocatedStorage turns autoscaling off."),
        .works(
            "StorageType",
            "says which sizes and speeds may be asked for, as on RDS. The type itself makes nothing slower or faster."),
        .works("Iops", StorageSpeedRule.iopsNote),
        .works("StorageThroughput", StorageSpeedRule.throughputNote),
        .recorded("BackupRetentionPeriod", "Until the backups issue. Above 0 MariaDB keeps a binary log."),
        .recorded("PreferredBackupWindow", "Until the backups issue."),
        .works("CopyTagsToSnapshot"),
        .recorded("AutoMinorVersionUpgrade", "Until upgrades of installed versions are watched."),
        .recorded("AllowMajorVersionUpgrade", "Until major upgrades are built; with or without it they are refused."),
        .recorded("PerformanceInsightsRetentionPeriod", "Until the insights issue."),
        .recorded("CloudwatchLogsExportConfiguration", "At once. \(LogExports.note)"),
        .works("VpcSecurityGroupIds", "Up to five groups of the region; in force at once."),
        .recorded("PubliclyAccessible", "Until the front door issue: endpoints are on loopback addresses."),
    ]

    private static let network: [ParameterRule] = [
        .refused("MultiAZ", "standbys are not available yet. Leave it out, or turn it off.", unless: ["false"]),
        .refused("NetworkType", "endpoints are IPv4. Leave it out, or give IPV4.", unless: ["IPV4"]),
        .refused("EnableCustomerOwnedIp", "there are no Outposts. Leave it out, or turn it off.", unless: ["false"]),
        .refused("DBSecurityGroups", "EC2-Classic is no more. Use VpcSecurityGroupIds."),
        .refused("DedicatedLogVolume", "there is one volume for each instance. Leave it out, or turn it off.", unless: ["false"]),
        .refused("AdditionalStorageVolumes", "there is one volume for each instance. Leave it out."),
        .refused("ReplicaMode", "read replicas are not available yet. Leave it out."),
        .refused("PromotionTier", "clusters are not available yet. Leave it out."),
        .refused("AwsBackupRecoveryPointArn", "there is no AWS Backup. Leave it out."),
    ]

    private static let security: [ParameterRule] = [
        .works(
            "MasterUserSecretKmsKeyId",
            "Seals the managed secret; an id, an alias, or the ARN of either. `alias/aws/secretsmanager` unless given."),
        .refused(
            "MasterUserAuthenticationType", "the master user logs in with a password. Leave it out, or give password.",
            unless: ["password"]),
        .refused(
            "CertificateRotationRestart", "an endpoint takes another certificate without a restart. Leave it out, or give false.",
            unless: ["false"]),
        .refused("PerformanceInsightsKMSKeyId", "performance data is not encrypted yet. Leave it out."),
        .refused(
            "DatabaseInsightsMode", "the advanced mode is not available yet. Leave it out, or give standard.",
            unless: ["standard"]),
        .refused(
            "MonitoringInterval", "enhanced monitoring is not available yet. Leave it out, or give 0.",
            unless: ["0"]),
        .refused("MonitoringRoleArn", "enhanced monitoring is not available yet. Leave it out."),
    ]

    private static let elsewhere: [ParameterRule] = [
        .refused("DisableDomain", "there is no Active Directory to leave. Leave it out.", unless: ["false"]),
        .refused("ProcessorFeatures", "processor features belong to Oracle and SQL Server. Leave it out."),
        .refused("UseDefaultProcessorFeatures", "processor features belong to Oracle and SQL Server. Leave it out."),
        .refused("TdeCredentialArn", "it belongs to Oracle. Leave it out."),
        .refused("TdeCredentialPassword", "it belongs to Oracle. Leave it out."),
        .refused("MultiTenant", "it belongs to Oracle. Leave it out, or turn it off.", unless: ["false"]),
        .refused("AutomationMode", "it belongs to RDS Custom. Leave it out, or give full.", unless: ["full"]),
        .refused("ResumeFullAutomationModeMinutes", "it belongs to RDS Custom. Leave it out."),
        .refused("TagSpecifications", "it tags resources made along with the change; there are none. Use AddTagsToResource."),
    ]
}
