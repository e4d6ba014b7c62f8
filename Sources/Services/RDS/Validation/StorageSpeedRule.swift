internal import AWSWire
internal import Resources

/// A speed that this host cannot enforce is refused, instead of being kept and shown without effect.
enum StorageSpeedRule {
    /// For docs/compatibility.md.
    static let iopsNote =
        "a limit of the volume's device in the server's cgroup, reads and writes each. Refused where that cannot be: "
        + "directory volumes, no cgroups. With cgroup v1 writes that go through the page cache count only when they are synced. "
        + "Without it storage is as fast as the disk."
    static let throughputNote = "in MiB/s, reads and writes each; otherwise like `Iops`."

    /// - Parameters:
    ///   - iops: as it is to be, if that is new.
    ///   - throughput: likewise.
    static func check(
        iops: Int?, throughput: Int?, _ kind: DBInstance.Volume.Kind, _ desk: any VolumeDesk
    ) throws {
        guard iops != nil || throughput != nil, let obstacle = desk.speedObstacle(kind) else { return }
        let names = [iops.map { _ in "Iops" }, throughput.map { _ in "StorageThroughput" }].compactMap(\.self)
        throw Fault.invalidParameterCombination(
            "The parameter \(names.joined(separator: " and ")) cannot be used here: \(obstacle). "
                + "Leave it out and use StorageType gp3, which is as fast as the disk of the host.")
    }

    /// A new instance, once it is known what holds its files.
    static func check(_ instance: DBInstance, _ request: Request) throws {
        try check(
            iops: instance.spec.iops, throughput: instance.spec.storageThroughput, instance.volumeKind, request.context.volumes)
    }
}
