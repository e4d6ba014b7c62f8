import Resources
import Testing

@testable import Cgroups

@Suite("What is written to a group, and read back")
struct LimitPlanTests {
    private static let one: [CgroupController: CgroupLayout.Version] = [.cpu: .v1, .memory: .v1, .io: .v1]
    private static let two: [CgroupController: CgroupLayout.Version] = [.cpu: .v2, .memory: .v2, .io: .v2]
    private static let loop = BlockDevice(major: 7, minor: 3)

    private func plan(
        _ wanted: ServerLimits, seen: ServerLimits = .none, _ versions: [CgroupController: CgroupLayout.Version]
    ) -> [String] {
        LimitPlan.writes(wanted, seen: seen, versions).map { "\($0.file) \($0.value)" }
    }

    @Test("A class is its processors, and its memory with room beside it")
    func classes() throws {
        let micro = ServerLimits(try #require(DBInstanceClass(named: "db.t2.micro")))
        #expect(micro == ServerLimits(cpuMicroseconds: 100_000, memoryBytes: (1 << 30) + (256 << 20)))
        #expect(micro.classMemoryBytes == 1 << 30)
        let large = ServerLimits(try #require(DBInstanceClass(named: "db.m5.24xlarge")))
        #expect(large == ServerLimits(cpuMicroseconds: 9_600_000, memoryBytes: (384 << 30) + (256 << 20)))
        // The largest fixed share that a default parameter group gives away fits, whatever the class.
        for known in DBInstanceClass.all { #expect(known.memoryBytes * 3 / 4 <= ServerLimits(known).classMemoryBytes ?? 0) }
    }

    @Test("Limits are set")
    func set() {
        let wanted = ServerLimits(cpuMicroseconds: 200_000, memoryBytes: 1 << 30)
        #expect(
            plan(wanted, Self.one) == [
                "memory.limit_in_bytes 1073741824", "cpu.cfs_period_us 100000", "cpu.cfs_quota_us 200000",
            ])
        #expect(plan(wanted, Self.two) == ["memory.max 1073741824", "cpu.max 200000 100000"])
        #expect(plan(wanted, [.cpu: .v1, .memory: .v2]).first == "memory.max 1073741824")
        #expect(plan(wanted, [.cpu: .v2]) == ["cpu.max 200000 100000"])
        #expect(plan(wanted, [:]).isEmpty)
    }

    @Test("Only what differs is written; what is not wanted is lifted")
    func change() {
        let seen = ServerLimits(cpuMicroseconds: 200_000, memoryBytes: 1 << 30)
        #expect(plan(seen, seen: seen, Self.one).isEmpty && plan(seen, seen: seen, Self.two).isEmpty)
        #expect(
            plan(ServerLimits(cpuMicroseconds: 200_000, memoryBytes: 2 << 30), seen: seen, Self.two) == ["memory.max 2147483648"])
        #expect(plan(.none, seen: seen, Self.two) == ["memory.max max", "cpu.max max 100000"])
        #expect(
            plan(.none, seen: seen, Self.one) == [
                "memory.limit_in_bytes -1", "cpu.cfs_period_us 100000", "cpu.cfs_quota_us -1",
            ])
    }

    @Test("I/O of a device is limited, changed and lifted")
    func io() {
        let limit = IOLimit(
            device: Self.loop, readBytesPerSecond: 131_072_000, writeBytesPerSecond: 131_072_000, readOperations: 3000,
            writeOperations: 3000)
        #expect(plan(ServerLimits(io: [limit]), Self.two) == ["io.max 7:3 rbps=131072000 wbps=131072000 riops=3000 wiops=3000"])
        #expect(
            plan(ServerLimits(io: [limit]), Self.one) == [
                "blkio.throttle.read_bps_device 7:3 131072000", "blkio.throttle.write_bps_device 7:3 131072000",
                "blkio.throttle.read_iops_device 7:3 3000", "blkio.throttle.write_iops_device 7:3 3000",
            ])
        let operations = IOLimit(device: Self.loop, readOperations: 100)
        #expect(plan(ServerLimits(io: [operations]), Self.two) == ["io.max 7:3 rbps=max wbps=max riops=100 wiops=max"])
        // The volume is on another device by now.
        let other = IOLimit(device: BlockDevice(major: 7, minor: 4), readOperations: 100)
        #expect(
            plan(ServerLimits(io: [other]), seen: ServerLimits(io: [operations]), Self.two) == [
                "io.max 7:3 rbps=max wbps=max riops=max wiops=max", "io.max 7:4 rbps=max wbps=max riops=100 wiops=max",
            ])
        #expect(plan(.none, seen: ServerLimits(io: [operations]), Self.one).contains("blkio.throttle.read_iops_device 7:3 0"))
        #expect(plan(ServerLimits(io: [limit]), seen: ServerLimits(io: [limit]), Self.one).isEmpty)
    }

    @Test("Only what takes a device's limits away may miss the device")
    func lifting() {
        let limit = IOLimit(device: Self.loop, readOperations: 100)
        for version in [CgroupLayout.Version.v1, .v2] {
            let set = LimitPlan.writes(ServerLimits(io: [limit]), seen: .none, [.io: version])
            let lifted = LimitPlan.writes(.none, seen: ServerLimits(io: [limit]), [.io: version])
            #expect(set.allSatisfy { !$0.isLifting } && lifted.allSatisfy(\.isLifting) && !lifted.isEmpty)
        }
    }

    @Test(
        "The speed of storage, as a limit of its device",
        arguments: [
            (nil, nil, nil, nil),
            (1000, nil, [nil, nil, 1000, 1000], "1000 IOPS on 7:3"),
            (nil, 500, [500 << 20, 500 << 20, nil, nil], "500 MiB/s on 7:3"),
            (12_000, 500, [500 << 20, 500 << 20, 12_000, 12_000], "12000 IOPS, 500 MiB/s on 7:3"),
        ] as [(Int?, Int?, [Int?]?, String?)])
    func speed(_ operations: Int?, _ throughputMiB: Int?, _ values: [Int?]?, _ words: String?) {
        let limit = IOLimit(device: Self.loop, operations: operations, throughputMiB: throughputMiB)
        #expect(limit.map { limit in IOLimit.keys.map { limit[keyPath: $0.path] } } == values)
        #expect(ServerLimits(io: limit.map { [$0] } ?? []).summary == words)
    }

    @Test("What a device is held to, in words")
    func words() {
        let limits = ServerLimits(
            cpuMicroseconds: 200_000, io: [IOLimit(device: Self.loop, readBytesPerSecond: 1 << 20, writeOperations: 10)])
        #expect(limits.summary == "2 CPUs, writing 10 IOPS, reading 1 MiB/s on 7:3")
        var seen = GroupSight(controllers: [.cpu, .io], members: [.cpu, .io], limits: limits, countsCachedWrites: false)
        #expect(seen.summary == limits.summary.map { $0 + " (not what the system writes later from its cache)" })
        seen.members = [.cpu]
        #expect(seen.summary == "2 CPUs")
        seen.members = []
        #expect(seen.summary == nil)
    }

    @Test(
        "What the kernel shows is read back",
        arguments: [
            (
                ["cpu.max": "200000 100000\n", "memory.max": "1073741824\n"],
                ServerLimits(cpuMicroseconds: 200_000, memoryBytes: 1 << 30)
            ),
            (["cpu.max": "max 100000\n", "memory.max": "max\n"], .none),
            (["cpu.max": "25000 50000\n"], ServerLimits(cpuMicroseconds: 50_000)),
            (
                ["cpu.cfs_quota_us": "100000\n", "cpu.cfs_period_us": "100000\n", "memory.limit_in_bytes": "4096\n"],
                ServerLimits(cpuMicroseconds: 100_000, memoryBytes: 4096)
            ),
            (
                ["cpu.cfs_quota_us": "-1\n", "cpu.cfs_period_us": "100000\n", "memory.limit_in_bytes": "9223372036854771712\n"],
                .none
            ),
            (
                ["io.max": "7:3 rbps=max wbps=1024 riops=100 wiops=max\n8:0 rbps=max wbps=max riops=max wiops=max\n"],
                ServerLimits(io: [
                    IOLimit(device: BlockDevice(major: 7, minor: 3), writeBytesPerSecond: 1024, readOperations: 100)
                ])
            ),
            (
                ["blkio.throttle.read_iops_device": "7:3 100\n", "blkio.throttle.write_bps_device": "7:3 1024\n"],
                ServerLimits(io: [
                    IOLimit(device: BlockDevice(major: 7, minor: 3), writeBytesPerSecond: 1024, readOperations: 100)
                ])
            ),
            ([:], .none), (["cpu.max": "nonsense", "memory.max": ""], .none),
        ] as [([String: String], ServerLimits)])
    func reading(_ texts: [String: String], _ limits: ServerLimits) {
        #expect(LimitReading.limits(texts) == limits)
    }

    @Test("What is planned for a group that has nothing is read back as wanted, in both versions")
    func roundTrip() {
        let io = IOLimit(device: Self.loop, readBytesPerSecond: 5, writeBytesPerSecond: 6, readOperations: 7, writeOperations: 8)
        let wanted = ServerLimits(cpuMicroseconds: 400_000, memoryBytes: 1 << 34, io: [io])
        for versions in [Self.one, Self.two] {
            let texts = Dictionary(LimitPlan.writes(wanted, seen: .none, versions).map { ($0.file, $0.value + "\n") }) { $1 }
            #expect(LimitReading.limits(texts) == wanted)
        }
    }

    @Test("Kills and held memory are found among the other lines")
    func counters() {
        #expect(LimitReading.kills("low 0\nhigh 0\nmax 12\noom 3\noom_kill 2\noom_group_kill 0\n") == 2)
        #expect(LimitReading.kills("oom_kill_disable 0\nunder_oom 0\noom_kill 5\n") == 5)
        #expect(LimitReading.kills("") == 0)
        #expect(LimitReading.heldBytes("anon 100\nfile 5000\nshmem 20\n") == 120)
        #expect(LimitReading.heldBytes("cache 9\nrss 1\nshmem 1\ntotal_cache 9\ntotal_rss 50\ntotal_shmem 7\n") == 57)
    }

    @Test("Limits in words")
    func summary() {
        #expect(ServerLimits.none.summary == nil)
        #expect(ServerLimits(cpuMicroseconds: 200_000, memoryBytes: 1280 << 20).summary == "2 CPUs, 1280 MiB")
        #expect(ServerLimits(cpuMicroseconds: 100_000).summary == "1 CPU")
        #expect(ServerLimits(cpuMicroseconds: 105_000).summary == "1.05 CPUs")
        #expect(ServerLimits(io: [IOLimit(device: Self.loop, readOperations: 1)]).summary == "reading 1 IOPS on 7:3")
    }
}
