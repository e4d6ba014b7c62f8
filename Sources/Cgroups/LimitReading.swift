/// Reads limits back from what a group's files hold.
enum LimitReading {
    /// Version 1 writes the largest number of pages for "no limit".
    static let unlimitedBytes = 1 << 62

    /// The files that tell the limits of a controller.
    static func files(_ controller: CgroupController, _ version: CgroupLayout.Version) -> [String] {
        switch (controller, version) {
        case (.cpu, .v1): ["cpu.cfs_quota_us", "cpu.cfs_period_us"]
        case (.cpu, .v2): ["cpu.max"]
        case (.memory, .v1): ["memory.limit_in_bytes"]
        case (.memory, .v2): ["memory.max"]
        case (.io, .v1): IOLimit.keys.map(\.file)
        case (.io, .v2): ["io.max"]
        }
    }

    /// - Parameter texts: by file; a file that cannot be read is left out, and limits nothing.
    static func limits(_ texts: [String: String]) -> ServerLimits {
        ServerLimits(cpuMicroseconds: cpu(texts), memoryBytes: memory(texts), io: io(texts))
    }

    /// Quota and period, brought to our period.
    private static func cpu(_ texts: [String: String]) -> Int? {
        let words =
            texts["cpu.max"].map(CgroupLayout.words)
            ?? CgroupLayout.words("\(texts["cpu.cfs_quota_us"] ?? "") \(texts["cpu.cfs_period_us"] ?? "")")
        guard words.count == 2, let quota = Int(words[0]), quota > 0, let period = Int(words[1]), period > 0 else { return nil }
        return quota * ServerLimits.periodMicroseconds / period
    }

    private static func memory(_ texts: [String: String]) -> Int? {
        let text = texts["memory.max"] ?? texts["memory.limit_in_bytes"] ?? ""
        guard let bytes = CgroupLayout.words(text).first.flatMap({ Int($0) }), bytes < unlimitedBytes else { return nil }
        return bytes
    }

    private static func io(_ texts: [String: String]) -> [IOLimit] {
        var limits: [BlockDevice: IOLimit] = [:]
        for line in (texts["io.max"] ?? "").split(separator: "\n") {
            let words = CgroupLayout.words(String(line))
            guard let device = words.first.flatMap(BlockDevice.init) else { continue }
            for word in words.dropFirst() {
                let parts = word.split(separator: "=")
                guard parts.count == 2, let path = IOLimit.keys.first(where: { $0.key == parts[0] })?.path else { continue }
                limits[device, default: IOLimit(device: device)][keyPath: path] = Int(parts[1])
            }
        }
        for (_, file, path) in IOLimit.keys {
            for line in (texts[file] ?? "").split(separator: "\n") {
                let words = CgroupLayout.words(String(line))
                guard words.count == 2, let device = BlockDevice(words[0]) else { continue }
                limits[device, default: IOLimit(device: device)][keyPath: path] = Int(words[1])
            }
        }
        return limits.values.filter { !$0.limitsNothing }
    }

    /// The file that counts the processes that the kernel ended because the group had no memory left.
    static func killFile(_ version: CgroupLayout.Version) -> String {
        version == .v1 ? "memory.oom_control" : "memory.events"
    }

    /// Its line `oom_kill 3`; 0 where there is none.
    static func kills(_ text: String) -> Int { number("oom_kill", text) ?? 0 }

    /// Memory of the group that cannot be taken back from it, in bytes, from `memory.stat`: its processes' own and shared pages.
    static func heldBytes(_ stat: String) -> Int {
        (number("anon", stat) ?? number("total_rss", stat) ?? 0) + (number("total_shmem", stat) ?? number("shmem", stat) ?? 0)
    }

    private static func number(_ key: String, _ text: String) -> Int? {
        for line in text.split(separator: "\n") {
            let words = line.split(separator: " ")
            if words.count == 2, words[0] == key { return Int(words[1]) }
        }
        return nil
    }
}
