internal import AWSWire
internal import Resources

/// Which actions which states allow.
enum InstanceStates {
    /// States that convergence has given up on for now: a change may be the cure.
    private static let broken: Set<DBInstanceStatus> = [
        .failed, .incompatibleNetwork, .incompatibleParameters, .incompatibleRestore, .insufficientCapacity, .storageFull,
    ]

    static func checkModifiable(_ instance: DBInstance, _ status: DBInstanceStatus) throws {
        guard status == .available || broken.contains(status) else {
            throw RDSFault.invalidInstanceState(
                "Database instance is not in available state. (\(instance.identifier) is \(status.rawValue).)")
        }
    }

    static func checkRebootable(_ instance: DBInstance, _ status: DBInstanceStatus) throws {
        let isCurable = broken.contains(status) && status != .failed
        guard status == .available || isCurable else { throw notAvailable(instance, status) }
    }

    static func checkStoppable(_ instance: DBInstance, _ status: DBInstanceStatus) throws {
        guard status == .available else { throw notAvailable(instance, status) }
    }

    static func checkStartable(_ instance: DBInstance, _ status: DBInstanceStatus) throws {
        guard status == .stopped else {
            throw RDSFault.invalidInstanceState("Instance \(instance.identifier) is not stopped. (It is \(status.rawValue).)")
        }
    }

    static func checkSnapshot(_ instance: DBInstance, _ status: DBInstanceStatus) throws {
        guard status == .available || status == .stopped else {
            throw RDSFault.invalidInstanceState(
                "Cannot create a snapshot because the database instance \(instance.identifier) is not currently in the "
                    + "available state. (It is \(status.rawValue).)")
        }
    }

    static func checkDeletable(_ instance: DBInstance, _ status: DBInstanceStatus) throws {
        guard status != .deleting else {
            throw RDSFault.invalidInstanceState("Instance \(instance.identifier) is already being deleted.")
        }
        guard status != .backingUp else {
            throw RDSFault.invalidInstanceState(
                "Instance \(instance.identifier) is currently being backed up. Wait until its snapshot is complete.")
        }
    }

    private static func notAvailable(_ instance: DBInstance, _ status: DBInstanceStatus) -> Fault {
        RDSFault.invalidInstanceState("Instance \(instance.identifier) is not in available state. (It is \(status.rawValue).)")
    }
}
