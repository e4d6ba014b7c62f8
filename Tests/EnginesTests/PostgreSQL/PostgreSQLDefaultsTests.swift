import Resources
import Testing

@testable import Engines

@Suite struct PostgreSQLDefaultsTests {
    struct Example: Sendable {
        var name: String
        var vCPUs: Int
        var memoryMiB: Int
        var sharedBuffersPages: Int
        var maxConnections: Int
        var maintenanceWorkMemKiB: Int
        var autovacuumWorkers: Int
        var workerProcesses: Int
    }

    /// The formulas of `default.postgres15`, worked out by hand for the memory that each class names.
    static let examples = [
        Example(
            name: "db.t3.micro", vCPUs: 2, memoryMiB: 1024, sharedBuffersPages: 32768, maxConnections: 112,
            maintenanceWorkMemKiB: 65536, autovacuumWorkers: 3, workerProcesses: 8),
        Example(
            name: "db.t3.small", vCPUs: 2, memoryMiB: 2048, sharedBuffersPages: 65536, maxConnections: 225,
            maintenanceWorkMemKiB: 65536, autovacuumWorkers: 3, workerProcesses: 8),
        Example(
            name: "db.m5.large", vCPUs: 2, memoryMiB: 8192, sharedBuffersPages: 262_144, maxConnections: 901,
            maintenanceWorkMemKiB: 137_518, autovacuumWorkers: 3, workerProcesses: 8),
        Example(
            name: "db.r5.large", vCPUs: 2, memoryMiB: 16384, sharedBuffersPages: 524_288, maxConnections: 1802,
            maintenanceWorkMemKiB: 275_036, autovacuumWorkers: 3, workerProcesses: 8),
        Example(
            name: "db.m5.4xlarge", vCPUs: 16, memoryMiB: 65536, sharedBuffersPages: 2_097_152, maxConnections: 5000,
            maintenanceWorkMemKiB: 1_100_145, autovacuumWorkers: 3, workerProcesses: 32),
        Example(
            name: "db.r5.24xlarge", vCPUs: 96, memoryMiB: 786_432, sharedBuffersPages: 25_165_824, maxConnections: 5000,
            maintenanceWorkMemKiB: 13_201_743, autovacuumWorkers: 12, workerProcesses: 192),
    ]

    @Test(arguments: examples) func followsRDSsFormulas(_ example: Example) {
        let values = ServerSettings.standard(
            DBInstanceClass(name: example.name, vCPUs: example.vCPUs, memoryMiB: example.memoryMiB)
        ).parameters
        #expect(values["shared_buffers"] == "\(example.sharedBuffersPages)")
        #expect(values["effective_cache_size"] == "\(example.sharedBuffersPages * 2)")
        #expect(values["max_connections"] == "\(example.maxConnections)")
        #expect(values["maintenance_work_mem"] == "\(example.maintenanceWorkMemKiB)")
        #expect(values["autovacuum_max_workers"] == "\(example.autovacuumWorkers)")
        #expect(values["max_worker_processes"] == "\(example.workerProcesses)")
    }

    @Test(arguments: [(13, false), (14, false), (15, true), (16, true)])
    func tlsIsForcedFromPostgreSQL15(_ major: Int, _ forced: Bool) {
        let values = PostgreSQLDefaults.values(major: major, libraries: [])
        #expect(EngineTraits.postgreSQL.forcesTLS(values) == forced)
        #expect(!EngineTraits.postgreSQL.forcesTLS(values.merging(["rds.force_ssl": "off"]) { $1 }))
        #expect(values["shared_preload_libraries"] == nil)
        #expect(!EngineTraits.mariaDB.forcesTLS(MariaDBDefaults.values))
    }

    @Test(arguments: [
        ("MemAvailable:   24000 kB", 24_576_000), ("MemFree: 1 kB\nMemAvailable:  8 kB\n", 8192), ("MemFree: 1 kB", nil),
    ])
    func readsWhatTheHostCanGive(_ text: String, _ bytes: Int?) {
        #expect(HostMemory.availableBytes(text) == bytes)
    }

    @Test func fourFifthsOfTheHostsMemoryMayBeTaken() throws {
        try HostMemory.check(neededBytes: 80 << 20, availableBytes: 100 << 20, what: "x")
        #expect(throws: EngineError.outOfMemory(what: "x needs 81 MiB, and 100 MiB are available on this host")) {
            try HostMemory.check(neededBytes: 81 << 20, availableBytes: 100 << 20, what: "x")
        }
    }
}
