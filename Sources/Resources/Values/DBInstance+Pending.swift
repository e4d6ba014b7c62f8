public import Foundation

extension DBInstance {
    /// Moves what waited for the maintenance window into the specification, and asks convergence to see to it.
    public mutating func applyPending(requestedAt now: Date) {
        guard !pending.isEmpty else { return }
        let former = spec
        let formerIdentifier = identifier
        spec.instanceClass = pending.instanceClass ?? spec.instanceClass
        spec.allocatedStorage = pending.allocatedStorage ?? spec.allocatedStorage
        spec.storageType = pending.storageType ?? spec.storageType
        spec.iops = pending.iops ?? spec.iops
        spec.storageThroughput = pending.storageThroughput ?? spec.storageThroughput
        spec.engineVersion = pending.engineVersion ?? spec.engineVersion
        spec.port = pending.port ?? spec.port
        spec.backupRetentionPeriod = pending.backupRetentionPeriod ?? spec.backupRetentionPeriod
        spec.certificateAuthority = pending.certificateAuthority ?? spec.certificateAuthority
        spec.iamAuthentication = pending.iamAuthentication ?? spec.iamAuthentication
        identifier = pending.identifier ?? identifier
        pending = PendingModifications()
        if identifier != formerIdentifier {
            operation = Operation(kind: .rename, requestedAt: now)
        } else if spec.engineVersion != former.engineVersion {
            operation = Operation(kind: .upgrade, requestedAt: now)
        } else if spec != former {
            operation = Operation(kind: .modify, requestedAt: now)
        }
    }
}
