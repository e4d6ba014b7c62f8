import Resources

/// What RDS makes of an instance class, by the formulas of its default parameter groups for PostgreSQL ("Working with
/// parameters on your RDS for PostgreSQL DB instance"). `DBInstanceClassMemory` is in bytes; here it is all that the class names.
struct PostgreSQLMemory: Equatable {
    private let memory: Int
    private let vCPUs: Int

    init(_ instanceClass: DBInstanceClass) {
        memory = instanceClass.memoryBytes
        vCPUs = instanceClass.vCPUs
    }

    static let pageBytes = 8192
    /// The least that PostgreSQL starts with, in pages.
    private static let leastBuffersPages = 16

    /// `{DBInstanceClassMemory/32768}`, in pages of 8 KiB: a quarter of the memory.
    var sharedBuffersPages: Int { max(memory / 32768, Self.leastBuffersPages) }
    /// `{DBInstanceClassMemory/16384}`, in pages of 8 KiB: half of the memory.
    var effectiveCachePages: Int { max(memory / 16384, 1) }
    /// `GREATEST({DBInstanceClassMemory*1024/63963136},65536)`
    var maintenanceWorkMemKiB: Int { max(memory * 1024 / 63_963_136, 65536) }
    /// `GREATEST({DBInstanceClassMemory/32768},131072)`
    var autovacuumWorkMemKiB: Int { max(memory / 32768, 131_072) }
    /// `LEAST({DBInstanceClassMemory/9531392},5000)`
    var maxConnections: Int { min(max(memory / 9_531_392, 10), 5000) }
    /// `GREATEST({DBInstanceClassMemory/64371566592},3)`
    var autovacuumWorkers: Int { max(memory / 64_371_566_592, 3) }
    /// `GREATEST({DBInstanceVCPU*2},8)`
    var workerProcesses: Int { max(vCPUs * 2, 8) }
    /// `GREATEST({DBInstanceVCPU/2},8)`
    var parallelWorkers: Int { max(vCPUs / 2, 8) }
    /// As much log as memory between checkpoints, within what a shared disk bears.
    var maxWALMiB: Int { min(max(memory >> 20, 1024), 4096) }

    var sharedBuffersBytes: Int { sharedBuffersPages * Self.pageBytes }
}
