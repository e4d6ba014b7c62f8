internal import AWSWire
internal import Resources

/// What ModifyDBInstance says about storage; nil where it says nothing.
struct StorageChange: Sendable, Equatable {
    let size: Int?
    let maximum: Int?
    let type: String?
    let iops: Int?
    let throughput: Int?

    init(_ request: Request) throws {
        size = try request.integer("AllocatedStorage")
        maximum = try request.integer("MaxAllocatedStorage")
        type = try request.string("StorageType")?.lowercased()
        iops = try request.integer("Iops")
        throughput = try request.integer("StorageThroughput")
    }

    /// Checks the storage that results, and notes it in `pending`; the autoscaling limit is changed at once.
    func apply(to instance: inout DBInstance, _ desk: any VolumeDesk) throws {
        guard size != nil || maximum != nil || type != nil || iops != nil || throughput != nil else { return }
        let result = try result(for: instance)
        try result.check(engine: instance.spec.engine)
        // Growing needs no speed; one that became impossible is not in its way.
        if type != nil || iops != nil || throughput != nil {
            try StorageSpeedRule.check(iops: result.iops, throughput: result.throughput, instance.volumeKind, desk)
        }
        if result.size > instance.spec.allocatedStorage, let room = desk.roomGiB(for: instance), result.size > room {
            throw RDSFault.storageQuotaExceeded(result.size, room: room)
        }
        instance.spec.maxAllocatedStorage = result.maximum
        instance.pending.replace(\.allocatedStorage, with: size.map { _ in result.size }, inForce: instance.spec.allocatedStorage)
        instance.pending.replace(\.storageType, with: type, inForce: instance.spec.storageType)
        instance.pending.replace(\.iops, with: iops, inForce: instance.spec.iops)
        instance.pending.replace(\.storageThroughput, with: throughput, inForce: instance.spec.storageThroughput)
    }

    /// The storage once this change and all that waits are in force.
    private func result(for instance: DBInstance) throws -> Storage {
        let spec = instance.spec
        let pending = instance.pending
        let newType = type ?? pending.storageType ?? spec.storageType
        let newSize = try grown(from: spec.allocatedStorage, instance) ?? pending.allocatedStorage ?? spec.allocatedStorage
        let keepsSpeed = newType == spec.storageType
        return Storage(
            type: newType, size: newSize, maximum: newMaximum(spec, size: newSize),
            iops: iops ?? pending.iops ?? (keepsSpeed ? spec.iops : nil),
            throughput: throughput ?? pending.storageThroughput ?? (keepsSpeed ? spec.storageThroughput : nil))
    }

    /// By a tenth at least: less is rounded up, as RDS does (botocore, ModifyDBInstance.AllocatedStorage).
    private func grown(from current: Int, _ instance: DBInstance) throws -> Int? {
        guard let size, size != current else { return size }
        guard size > current else {
            throw Fault.invalidParameterCombination(
                "Invalid storage size for engine name \(instance.spec.engine) and storage type \(instance.spec.storageType): "
                    + "\(size). The parameter AllocatedStorage cannot be less than the present \(current) GiB.")
        }
        return max(size, (current * 11 + 9) / 10)
    }

    /// Equal to the size turns autoscaling off.
    private func newMaximum(_ spec: DBInstance.Spec, size: Int) -> Int? {
        guard let maximum else { return spec.maxAllocatedStorage }
        return maximum == size || maximum == spec.allocatedStorage ? nil : maximum
    }
}
