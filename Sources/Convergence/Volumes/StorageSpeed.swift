public import Cgroups
internal import Engines
public import Resources

/// What an owner has asked for with `Iops` and `StorageThroughput`: pure.
public enum StorageSpeed {
    /// The limits of the device that the volume is on now; none where nothing was asked for, or nothing is mounted.
    public static func limits(_ spec: DBInstance.Spec, on device: BlockDevice?) -> [IOLimit] {
        guard let device else { return [] }
        return IOLimit(device: device, operations: spec.iops, throughputMiB: spec.storageThroughput).map { [$0] } ?? []
    }

    /// Why a running server is as fast as the disk although its owner has asked for a speed; nil where it is not.
    ///
    /// The API refuses what cannot be enforced. This is for what became so: on another host, or without root.
    public static func problem(_ desired: DBInstance, _ seen: InstanceSight) -> String? {
        guard desired.spec.hasSpeed, seen.facts.server != .absent else { return nil }
        if !desired.hasRealSize { return "Iops and StorageThroughput are not in force: the files are in a plain directory" }
        guard seen.facts.group?.controllers.contains(.io) == true else {
            return "Iops and StorageThroughput are not in force: no cgroup of this host can limit I/O"
        }
        return nil
    }
}
