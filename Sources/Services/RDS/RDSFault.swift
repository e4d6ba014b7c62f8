internal import AWSWire

/// RDS's own faults. Code and status are those of botocore's model (`error.code`, `error.httpStatusCode`), which are not
/// the names of the shapes; RDSFaultTests compares them.
enum RDSFault {
    static func instanceNotFound(_ identifier: String) -> Fault {
        Fault("DBInstanceNotFound", status: 404, "DBInstance \(identifier) not found.")
    }

    static let instanceAlreadyExists = Fault("DBInstanceAlreadyExists", "DB instance already exists")

    static func invalidInstanceState(_ message: String) -> Fault { Fault("InvalidDBInstanceState", message) }

    static func instanceQuotaExceeded(_ quota: Int) -> Fault {
        Fault(
            "InstanceQuotaExceeded",
            "Cannot create more than \(quota) DB instances in this region: the quota of this Martlet is reached.")
    }

    static func snapshotNotFound(_ identifier: String) -> Fault {
        Fault("DBSnapshotNotFound", status: 404, "DBSnapshot \(identifier) not found.")
    }

    static func snapshotAlreadyExists(_ identifier: String) -> Fault {
        Fault(
            "DBSnapshotAlreadyExists",
            "Cannot create the snapshot because a snapshot with the identifier \(identifier) already exists.")
    }

    static func invalidSnapshotState(_ message: String) -> Fault { Fault("InvalidDBSnapshotState", message) }

    static func snapshotQuotaExceeded(_ quota: Int) -> Fault {
        Fault("SnapshotQuotaExceeded", "Cannot create more than \(quota) manual snapshots")
    }

    static func sharedSnapshotQuotaExceeded(_ quota: Int) -> Fault {
        Fault("SharedSnapshotQuotaExceeded", "A snapshot cannot be shared with more than \(quota) accounts.")
    }

    static func keyNotAccessible(_ reason: String) -> Fault {
        Fault("KMSKeyNotAccessibleFault", "An error occurred accessing an AWS KMS key. \(reason)")
    }

    static func storageQuotaExceeded(_ size: Int, room: Int) -> Fault {
        Fault(
            "StorageQuotaExceeded",
            "The request would exceed the storage of this host: \(size) GiB were asked for, and its disk could give the DB "
                + "instance \(room) GiB in all.")
    }

    static func subnetGroupNotFound(_ name: String) -> Fault {
        Fault("DBSubnetGroupNotFoundFault", status: 404, "DB subnet group '\(name)' does not exist.")
    }

    static func subnetGroupAlreadyExists(_ name: String) -> Fault {
        Fault("DBSubnetGroupAlreadyExists", "The DB subnet group '\(name)' already exists.")
    }

    static func subnetGroupTooFewZones(_ zones: Int) -> Fault {
        Fault(
            "DBSubnetGroupDoesNotCoverEnoughAZs",
            "The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. Current AZ coverage: \(zones). "
                + "Add subnets to cover at least 2 AZs.")
    }

    static func subnetGroupQuotaExceeded(_ quota: Int) -> Fault {
        Fault("DBSubnetGroupQuotaExceeded", "Cannot create more than \(quota) DB subnet groups.")
    }

    static func subnetQuotaExceeded(_ quota: Int) -> Fault {
        Fault("DBSubnetQuotaExceededFault", "A DB subnet group cannot have more than \(quota) subnets.")
    }

    static func subnetGroupInUse(_ name: String, by instance: String) -> Fault {
        Fault(
            "InvalidDBSubnetGroupStateFault",
            "Cannot delete the subnet group '\(name)' because at least one database instance: \(instance) is still using it.")
    }

    static func invalidSubnet(_ identifier: String) -> Fault {
        Fault("InvalidSubnet", "The subnet ID '\(identifier)' does not exist")
    }

    static func invalidNetworkState(_ message: String) -> Fault { Fault("InvalidVPCNetworkStateFault", message) }

    static func parameterGroupNotFound(_ name: String) -> Fault {
        Fault("DBParameterGroupNotFound", status: 404, "DBParameterGroup not found: \(name)")
    }

    static func parameterGroupAlreadyExists(_ name: String) -> Fault {
        Fault("DBParameterGroupAlreadyExists", "Parameter group \(name) already exists")
    }

    static func parameterGroupQuotaExceeded(_ quota: Int) -> Fault {
        Fault("DBParameterGroupQuotaExceeded", "Cannot create more than \(quota) DB parameter groups.")
    }

    static func invalidParameterGroupState(_ message: String) -> Fault { Fault("InvalidDBParameterGroupState", message) }

    static func optionGroupNotFound(_ name: String) -> Fault {
        Fault("OptionGroupNotFoundFault", status: 404, "Specified OptionGroupName: \(name) not found.")
    }

    static func logFileNotFound(_ name: String) -> Fault {
        Fault("DBLogFileNotFoundFault", status: 404, "DBLog File: \(name.prefix(255)), is not found on the DB instance")
    }

    static func optionGroupAlreadyExists(_ name: String) -> Fault {
        Fault("OptionGroupAlreadyExistsFault", "The option group '\(name)' already exists.")
    }

    static func optionGroupQuotaExceeded(_ quota: Int) -> Fault {
        Fault("OptionGroupQuotaExceededFault", "Cannot create more than \(quota) option groups.")
    }

    static func invalidOptionGroupState(_ message: String) -> Fault { Fault("InvalidOptionGroupStateFault", message) }

    static func certificateNotFound(_ name: String) -> Fault {
        Fault("CertificateNotFound", status: 404, "Certificate not found: \(name)")
    }
}
