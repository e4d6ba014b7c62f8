/// `DBInstanceStatus`: always computed from what is wanted, what was seen and the operation in flight; never stored.
public enum DBInstanceStatus: String, Sendable, CaseIterable {
    case available
    case backingUp = "backing-up"
    case configuringIAMAuthentication = "configuring-iam-database-auth"
    case creating
    case deleting
    case failed
    case inaccessibleEncryptionCredentials = "inaccessible-encryption-credentials-recoverable"
    case incompatibleNetwork = "incompatible-network"
    case incompatibleParameters = "incompatible-parameters"
    case incompatibleRestore = "incompatible-restore"
    case insufficientCapacity = "insufficient-capacity"
    case modifying
    case rebooting
    case renaming
    case resettingMasterCredentials = "resetting-master-credentials"
    case starting
    case stopped
    case stopping
    case storageFull = "storage-full"
    case upgrading

    /// The one place where a status is decided.
    ///
    /// - Parameter observed: nil when nothing has been probed since this process started.
    public static func derive(desired: DBInstance, observed: DBInstanceObservation?) -> DBInstanceStatus {
        if desired.operation?.kind == .delete { return .deleting }
        if let failure = observed?.failure, !isAnswered(failure, by: desired.operation) { return status(of: failure.kind) }
        if let operation = desired.operation { return status(of: operation.kind) }
        let server = observed?.server ?? .absent
        switch desired.power {
        case .stopped:
            return server == .absent && observed != nil ? .stopped : .stopping
        case .running:
            guard server == .answering else { return .starting }
            return running(observed?.volume, isOpen: observed?.endpointOpen == true)
        }
    }

    /// Storage is full until the server lets writers in again, not until there is room. Where nobody has seen what it does,
    /// nobody is told to write.
    private static func running(_ volume: DBInstanceObservation.Volume?, isOpen: Bool) -> DBInstanceStatus {
        if let volume {
            if volume.isFullToServer ?? volume.isFull { return .storageFull }
            if volume.isFullToServer == nil { return .starting }
        }
        return isOpen ? .available : .starting
    }

    /// What was asked for since may be the cure: until it has failed too, it is what is going on.
    private static func isAnswered(_ failure: DBInstanceObservation.Failure, by operation: DBInstance.Operation?) -> Bool {
        guard let operation, failure.kind == .incompatibleParameters else { return false }
        return operation.requestedAt > failure.since
    }

    private static func status(of kind: DBInstanceObservation.Failure.Kind) -> DBInstanceStatus {
        switch kind {
        case .failed: .failed
        case .incompatibleParameters: .incompatibleParameters
        case .incompatibleNetwork: .incompatibleNetwork
        case .incompatibleRestore: .incompatibleRestore
        case .insufficientCapacity: .insufficientCapacity
        case .storageFull: .storageFull
        case .inaccessibleEncryptionCredentials: .inaccessibleEncryptionCredentials
        }
    }

    private static func status(of kind: DBInstance.Operation.Kind) -> DBInstanceStatus {
        switch kind {
        case .create: .creating
        case .modify, .growStorage, .autoscaleStorage: .modifying
        case .rename: .renaming
        case .resetMasterCredentials: .resettingMasterCredentials
        case .configureIAM: .configuringIAMAuthentication
        case .upgrade: .upgrading
        case .reboot: .rebooting
        case .stop: .stopping
        case .start: .starting
        case .delete: .deleting
        case .snapshot: .backingUp
        }
    }

    /// True for states that convergence leaves by itself.
    public var isTransitional: Bool {
        switch self {
        case .available, .failed, .inaccessibleEncryptionCredentials, .incompatibleNetwork, .incompatibleParameters,
            .incompatibleRestore, .insufficientCapacity, .stopped, .storageFull:
            false
        case .backingUp, .configuringIAMAuthentication, .creating, .deleting, .modifying, .rebooting, .renaming,
            .resettingMasterCredentials, .starting,
            .stopping, .upgrading:
            true
        }
    }
}
