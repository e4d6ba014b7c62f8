public import Foundation

extension DBInstance.Operation.Kind {
    /// What convergence owes when the first desired state becomes the second: the weightiest change names it. Nil when
    /// nothing outside the store has to happen (a window, a tag, deletion protection …).
    public static func needed(from former: DBInstance, to desired: DBInstance) -> Self? {
        if former.identifier != desired.identifier { return .rename }
        if former.spec.engineVersion != desired.spec.engineVersion { return .upgrade }
        if former.spec.reachesTheServerDifferently(from: desired.spec) { return .modify }
        if former.master.generation != desired.master.generation { return .resetMasterCredentials }
        if former.spec.usesIAMAuthentication != desired.spec.usesIAMAuthentication { return .configureIAM }
        if former.spec.allocatedStorage != desired.spec.allocatedStorage { return .growStorage }
        return nil
    }
}

extension DBInstance.Spec {
    fileprivate func reachesTheServerDifferently(from other: DBInstance.Spec) -> Bool {
        instanceClass != other.instanceClass || port != other.port || performanceInsights != other.performanceInsights
            || certificateAuthority != other.certificateAuthority || iops != other.iops
            || storageThroughput != other.storageThroughput
    }
}

extension DBInstance {
    /// True when getting from the former desired state to this one restarts the server, or first starts it.
    public func restarts(from former: DBInstance) -> Bool {
        createdAt == nil || former.spec.instanceClass != spec.instanceClass || former.spec.engineVersion != spec.engineVersion
    }

    public mutating func growStorage(to size: Int, at now: Date) {
        spec.allocatedStorage = size
        storageGrownAt = now
        if let waiting = pending.allocatedStorage, waiting <= size { pending.allocatedStorage = nil }
    }

    /// Puts everything that waits for the maintenance window in force; `Operation.Kind.needed` tells what that takes.
    public mutating func applyPendingModifications(at now: Date) {
        spec.instanceClass = pending.instanceClass ?? spec.instanceClass
        // It may have grown by itself since that was asked for, and never shrinks.
        if let size = pending.allocatedStorage, size > spec.allocatedStorage { growStorage(to: size, at: now) }
        if let type = pending.storageType, type != spec.storageType {
            // The speed belonged to the former type.
            spec.storageType = type
            spec.iops = nil
            spec.storageThroughput = nil
        }
        spec.iops = pending.iops ?? spec.iops
        spec.storageThroughput = pending.storageThroughput ?? spec.storageThroughput
        spec.engineVersion = pending.engineVersion ?? spec.engineVersion
        spec.port = pending.port ?? spec.port
        spec.backupRetentionPeriod = pending.backupRetentionPeriod ?? spec.backupRetentionPeriod
        spec.certificateAuthority = pending.certificateAuthority ?? spec.certificateAuthority
        spec.iamAuthentication = pending.iamAuthentication ?? spec.iamAuthentication
        if let group = pending.optionGroup { spec.optionGroup = group.isEmpty ? nil : group }
        identifier = pending.identifier ?? identifier
        pending = PendingModifications()
    }
}
