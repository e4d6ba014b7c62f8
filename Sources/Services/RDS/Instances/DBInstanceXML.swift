internal import AWSWire
internal import Foundation
internal import Resources

/// `<DBInstance>` as DescribeDBInstances and every action on an instance answer it. Element names and list members are those
/// of botocore's shape DBInstance.
struct DBInstanceXML {
    var instance: DBInstance
    var observed: DBInstanceObservation?
    var subnetGroup: DBSubnetGroup
    /// Nil for the default group.
    var parameterGroup: DBParameterGroup?
    /// Nil for the default group.
    var optionGroup: DBOptionGroup?
    var traits: EngineTraits?
    var version: EngineVersion
    var naming: EndpointNaming
    var network: DefaultVPC

    func bytes() -> [UInt8] {
        var writer = XMLWriter()
        writer.element("DBInstance") { xml in
            identity(&xml)
            endpoint(&xml)
            storage(&xml)
            networking(&xml)
            maintenance(&xml)
            security(&xml)
            groups(&xml)
            pendingModifiedValues(&xml)
            masterUserSecret(&xml)
            insights(&xml)
            logs(&xml)
            replication(&xml)
            XMLTags.write(instance.tags, as: "TagList", &xml)
        }
        return writer.bytes
    }

    private var spec: DBInstance.Spec { instance.spec }

    private func identity(_ xml: inout XMLWriter) {
        xml.text("DBInstanceIdentifier", instance.identifier)
        xml.text("DBInstanceClass", spec.instanceClass)
        xml.text("Engine", spec.engine)
        xml.text("DBInstanceStatus", DBInstanceStatus.derive(desired: instance, observed: observed).rawValue)
        xml.text("MasterUsername", instance.master.username)
        xml.text("DBName", spec.databaseName)
        xml.text("InstanceCreateTime", instance.createdAt.map(Timestamp.text))
        xml.text("EngineVersion", spec.engineVersion)
        xml.text("LicenseModel", traits?.licenseModel)
        xml.text("EngineLifecycleSupport", "open-source-rds-extended-support")
        xml.text("DbiResourceId", instance.resourceID)
        let arn = ARN.dbInstance(instance.identifier, region: instance.region, account: network.account)
        xml.text("DBInstanceArn", arn.description)
    }

    /// Absent until the instance has answered through it once; kept while it is stopped or being changed, as on RDS.
    private func endpoint(_ xml: inout XMLWriter) {
        guard instance.createdAt != nil, let address = instance.address else { return }
        xml.element("Endpoint") { xml in
            xml.text("Address", naming.host(identifier: instance.identifier, region: instance.region, address: address))
            xml.text("Port", spec.port)
            xml.text("HostedZoneId", Self.hostedZoneID(instance.region))
        }
    }

    private func storage(_ xml: inout XMLWriter) {
        xml.text("AllocatedStorage", spec.allocatedStorage)
        xml.text("MaxAllocatedStorage", spec.maxAllocatedStorage)
        xml.text("StorageType", spec.storageType)
        xml.text("Iops", spec.iops)
        xml.text("StorageThroughput", spec.storageThroughput)
        xml.text("StorageEncrypted", instance.volume?.encryption != nil)
        xml.text("KmsKeyId", instance.volume?.encryption?.keyARN)
        xml.text("DedicatedLogVolume", false)
    }

    private func networking(_ xml: inout XMLWriter) {
        xml.text("DbInstancePort", 0)
        xml.text("AvailabilityZone", spec.availabilityZone)
        xml.text("MultiAZ", false)
        xml.text("PubliclyAccessible", spec.publiclyAccessible)
        xml.text("NetworkType", "IPV4")
        xml.text("CustomerOwnedIpEnabled", false)
        xml.raw(SubnetGroupXML(group: subnetGroup, network: network).bytes())
        xml.element("DBSecurityGroups") { _ in }
        xml.element("VpcSecurityGroups") { xml in
            for id in spec.securityGroupIDs {
                xml.element("VpcSecurityGroupMembership") { xml in
                    xml.text("VpcSecurityGroupId", id)
                    xml.text("Status", "active")
                }
            }
        }
    }

    private func maintenance(_ xml: inout XMLWriter) {
        xml.text("PreferredBackupWindow", spec.backupWindow)
        xml.text("PreferredMaintenanceWindow", spec.maintenanceWindow)
        xml.text("BackupRetentionPeriod", spec.backupRetentionPeriod)
        xml.text("BackupTarget", "region")
        xml.text("AutomaticRestartTime", instance.automaticRestartAt.map(Timestamp.text))
        xml.text("AutoMinorVersionUpgrade", spec.autoMinorVersionUpgrade)
        xml.text("CopyTagsToSnapshot", spec.copyTagsToSnapshot)
    }

    private func security(_ xml: inout XMLWriter) {
        xml.text("DeletionProtection", spec.deletionProtection)
        xml.text("IAMDatabaseAuthenticationEnabled", spec.usesIAMAuthentication)
        xml.text("CACertificateIdentifier", spec.certificateAuthority ?? observed?.certificate?.authority)
        if let certificate = observed?.certificate {
            xml.element("CertificateDetails") { xml in
                xml.text("CAIdentifier", certificate.authority)
                xml.text("ValidTill", Timestamp.text(certificate.validTill))
            }
        }
        xml.text("ActivityStreamStatus", "stopped")
    }

    private func groups(_ xml: inout XMLWriter) {
        xml.element("DBParameterGroups") { xml in
            xml.element("DBParameterGroup") { xml in
                xml.text("DBParameterGroupName", instance.parameterGroupName(family: version.family))
                let status = ParameterApplyStatus.derive(desired: instance, group: parameterGroup, observed: observed)
                xml.text("ParameterApplyStatus", status.rawValue)
            }
        }
        xml.element("OptionGroupMemberships") { xml in
            let status = OptionGroupStatus.derive(desired: instance, group: optionGroup, observed: observed)
            optionGroup(spec.optionGroup, status, &xml)
            if let name = instance.pending.optionGroup { optionGroup(name, .pendingMaintenanceApply, &xml) }
        }
    }

    private func optionGroup(_ name: String?, _ status: OptionGroupStatus, _ xml: inout XMLWriter) {
        let standard = DefaultGroups.optionGroup(engine: spec.engine, major: version.major)
        xml.element("OptionGroupMembership") { xml in
            xml.text("OptionGroupName", name.flatMap { $0.isEmpty ? nil : $0 } ?? standard)
            xml.text("Status", status.rawValue)
        }
    }

    private func pendingModifiedValues(_ xml: inout XMLWriter) {
        let pending = instance.pending
        xml.element("PendingModifiedValues") { xml in
            xml.text("DBInstanceClass", pending.instanceClass)
            xml.text("AllocatedStorage", pending.allocatedStorage)
            xml.text("Port", pending.port)
            xml.text("BackupRetentionPeriod", pending.backupRetentionPeriod)
            xml.text("EngineVersion", pending.engineVersion)
            xml.text("Iops", pending.iops)
            xml.text("StorageThroughput", pending.storageThroughput)
            xml.text("DBInstanceIdentifier", pending.identifier)
            xml.text("StorageType", pending.storageType)
            xml.text("CACertificateIdentifier", pending.certificateAuthority)
            if let iam = pending.iamAuthentication { xml.text("IAMDatabaseAuthenticationEnabled", iam) }
            if instance.operation?.kind == .resetMasterCredentials { xml.text("MasterUserPassword", "****") }
        }
    }

    private func masterUserSecret(_ xml: inout XMLWriter) {
        guard let arn = instance.master.secretARN else { return }
        xml.element("MasterUserSecret") { xml in
            xml.text("SecretArn", arn)
            xml.text("SecretStatus", secretStatus)
            xml.text("KmsKeyId", instance.master.secretKeyARN)
        }
    }

    private var secretStatus: String {
        switch instance.operation?.kind {
        case .create: "creating"
        case .resetMasterCredentials: "rotating"
        default: "active"
        }
    }

    private func insights(_ xml: inout XMLWriter) {
        xml.text("MonitoringInterval", 0)
        xml.text("DatabaseInsightsMode", "standard")
        xml.text("PerformanceInsightsEnabled", spec.performanceInsights)
        xml.text("PerformanceInsightsRetentionPeriod", spec.performanceInsights ? spec.performanceInsightsRetention : nil)
    }

    private func logs(_ xml: inout XMLWriter) {
        guard let types = spec.logExports else { return }
        xml.element("EnabledCloudwatchLogsExports") { xml in
            for type in types { xml.text("member", type) }
        }
    }

    private func replication(_ xml: inout XMLWriter) {
        for empty in ["ReadReplicaDBInstanceIdentifiers", "DomainMemberships", "AssociatedRoles"] {
            xml.element(empty) { _ in }
        }
    }

    /// RDS's zones are its own; the shape of the identifier is all that clients look at.
    static func hostedZoneID(_ region: String) -> String {
        var state: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in region.utf8 { state = (state ^ UInt64(byte)) &* 0x100_0000_01b3 }
        return "Z" + String(state, radix: 36, uppercase: true).prefix(13)
    }
}

enum XMLTags {
    static func write(_ tags: [Tag], as name: String, _ xml: inout XMLWriter) {
        xml.element(name) { xml in
            for tag in tags {
                xml.element("Tag") { xml in
                    xml.text("Key", tag.key)
                    xml.text("Value", tag.value)
                }
            }
        }
    }
}
