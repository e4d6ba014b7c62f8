/// What to write to which file of a group, in this order, so that its limits are the wanted ones.
///
/// Sources: the kernel's "Control Group v2", sections CPU, Memory and IO; for version 1 "CFS Bandwidth Control", "Memory Resource
/// Controller" and "Block IO Controller".
enum LimitPlan {
    struct Write: Equatable {
        var controller: CgroupController
        /// In the group's directory.
        var file: String
        var value: String
        /// It takes a device's limits away.
        var isLifting = false
    }

    /// - Parameters:
    ///   - seen: the limits that the group has; nothing is written for what is as wanted.
    ///   - versions: where each controller is; none is written to that is not among them.
    static func writes(
        _ wanted: ServerLimits, seen: ServerLimits, _ versions: [CgroupController: CgroupLayout.Version]
    ) -> [Write] {
        var writes: [Write] = []
        if let version = versions[.memory], wanted.memoryBytes != seen.memoryBytes {
            writes.append(memory(wanted.memoryBytes, version))
        }
        if let version = versions[.cpu], wanted.cpuMicroseconds != seen.cpuMicroseconds {
            writes += cpu(wanted.cpuMicroseconds, version)
        }
        if let version = versions[.io] {
            let gone = seen.io.filter { limit in !wanted.io.contains { $0.device == limit.device } }
            let due = gone.map { IOLimit(device: $0.device) } + wanted.io.filter { !seen.io.contains($0) }
            writes += due.flatMap { io($0, version) }
        }
        return writes
    }

    private static func cpu(_ microseconds: Int?, _ version: CgroupLayout.Version) -> [Write] {
        let period = "\(ServerLimits.periodMicroseconds)"
        switch version {
        case .v2: return [Write(controller: .cpu, file: "cpu.max", value: "\(microseconds.map { "\($0)" } ?? "max") \(period)")]
        case .v1:
            return [
                Write(controller: .cpu, file: "cpu.cfs_period_us", value: period),
                Write(controller: .cpu, file: "cpu.cfs_quota_us", value: "\(microseconds ?? -1)"),
            ]
        }
    }

    private static func memory(_ bytes: Int?, _ version: CgroupLayout.Version) -> Write {
        switch version {
        case .v2: Write(controller: .memory, file: "memory.max", value: bytes.map { "\($0)" } ?? "max")
        case .v1: Write(controller: .memory, file: "memory.limit_in_bytes", value: "\(bytes ?? -1)")
        }
    }

    private static func io(_ limit: IOLimit, _ version: CgroupLayout.Version) -> [Write] {
        switch version {
        case .v2:
            let values = IOLimit.keys.map { "\($0.key)=\(limit[keyPath: $0.path].map { "\($0)" } ?? "max")" }
            let value = "\(limit.device) " + values.joined(separator: " ")
            return [Write(controller: .io, file: "io.max", value: value, isLifting: limit.limitsNothing)]
        case .v1:
            // 0 takes the limit away.
            return IOLimit.keys.map {
                let value = "\(limit.device) \(limit[keyPath: $0.path] ?? 0)"
                return Write(controller: .io, file: $0.file, value: value, isLifting: limit.limitsNothing)
            }
        }
    }
}

extension IOLimit {
    /// How each limit is called: in `io.max` of version 2, and as a file of version 1.
    static var keys: [(key: String, file: String, path: WritableKeyPath<IOLimit, Int?>)] {
        [
            ("rbps", "blkio.throttle.read_bps_device", \.readBytesPerSecond),
            ("wbps", "blkio.throttle.write_bps_device", \.writeBytesPerSecond),
            ("riops", "blkio.throttle.read_iops_device", \.readOperations),
            ("wiops", "blkio.throttle.write_iops_device", \.writeOperations),
        ]
    }
}
