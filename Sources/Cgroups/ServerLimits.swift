public import Resources

/// What a server may take of the host: wanted, or read back from its group. Nil is no limit.
public struct ServerLimits: Sendable, Equatable {
    /// Microseconds of processor time in each period of `periodMicroseconds`, all processors together.
    public var cpuMicroseconds: Int?
    public var memoryBytes: Int?
    /// Limits of devices that the server's files are on, by device.
    public var io: [IOLimit]

    public init(cpuMicroseconds: Int? = nil, memoryBytes: Int? = nil, io: [IOLimit] = []) {
        self.cpuMicroseconds = cpuMicroseconds
        self.memoryBytes = memoryBytes
        self.io = io.sorted { $0.device < $1.device }
    }

    public static let none = ServerLimits()

    /// The kernel's own default.
    public static let periodMicroseconds = 100_000

    /// Memory beyond that of the class. The formulas of the default parameter groups share out all of the class's memory: 3/4
    /// of it go to the buffer pool of MariaDB. What RDS's hosts give from elsewhere (the system's own part, swap) is this here,
    /// so that a server as the formulas make it is not killed for what it needs beside its buffers.
    public static let roomBytes = 256 << 20

    /// What the class promises.
    public init(_ instanceClass: DBInstanceClass) {
        self.init(
            cpuMicroseconds: instanceClass.vCPUs * Self.periodMicroseconds,
            memoryBytes: instanceClass.memoryBytes + Self.roomBytes)
    }

    /// The memory of the class that these limits are of, for what a server is configured to allocate once and for all.
    public var classMemoryBytes: Int? { memoryBytes.map { $0 - Self.roomBytes } }

    /// The kinds that are limited.
    public var controllers: Set<CgroupController> {
        var all: Set<CgroupController> = []
        if cpuMicroseconds != nil { all.insert(.cpu) }
        if memoryBytes != nil { all.insert(.memory) }
        if !io.isEmpty { all.insert(.io) }
        return all
    }

    /// Without those that this host cannot limit.
    public func within(_ controllers: Set<CgroupController>) -> ServerLimits {
        ServerLimits(
            cpuMicroseconds: controllers.contains(.cpu) ? cpuMicroseconds : nil,
            memoryBytes: controllers.contains(.memory) ? memoryBytes : nil, io: controllers.contains(.io) ? io : [])
    }

    /// `2 CPUs, 1280 MiB, 1000 IOPS on 7:3`; nil when nothing is limited.
    public var summary: String? {
        var parts: [String] = []
        if let cpuMicroseconds {
            let hundredths = cpuMicroseconds * 100 / Self.periodMicroseconds
            let fraction = hundredths % 100 == 0 ? "" : "." + (hundredths % 100 < 10 ? "0" : "") + "\(hundredths % 100)"
            parts.append("\(hundredths / 100)\(fraction) CPU\(hundredths == 100 ? "" : "s")")
        }
        if let memoryBytes { parts.append("\(memoryBytes >> 20) MiB") }
        parts += io.map { "\($0.summary) on \($0.device)" }
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }
}

/// How fast a server may read and write one block device. Nil is no limit.
///
/// The kernel counts what reads and what writes apart.
public struct IOLimit: Sendable, Equatable {
    public var device: BlockDevice
    public var readBytesPerSecond: Int?
    public var writeBytesPerSecond: Int?
    /// Operations per second.
    public var readOperations: Int?
    public var writeOperations: Int?

    public init(
        device: BlockDevice, readBytesPerSecond: Int? = nil, writeBytesPerSecond: Int? = nil, readOperations: Int? = nil,
        writeOperations: Int? = nil
    ) {
        self.device = device
        self.readBytesPerSecond = readBytesPerSecond
        self.writeBytesPerSecond = writeBytesPerSecond
        self.readOperations = readOperations
        self.writeOperations = writeOperations
    }

    /// What storage of such a speed means for its device; nil where its owner has asked for none.
    ///
    /// - Parameters:
    ///   - operations: `Iops`, per second.
    ///   - throughputMiB: `StorageThroughput`, in MiB per second.
    public init?(device: BlockDevice, operations: Int?, throughputMiB: Int?) {
        guard operations != nil || throughputMiB != nil else { return nil }
        let bytes = throughputMiB.map { $0 << 20 }
        self.init(
            device: device, readBytesPerSecond: bytes, writeBytesPerSecond: bytes, readOperations: operations,
            writeOperations: operations)
    }

    var limitsNothing: Bool { self == IOLimit(device: device) }

    /// `1000 IOPS, 500 MiB/s`
    var summary: String {
        let speeds = [
            Self.words(readOperations, writeOperations) { "\($0) IOPS" },
            Self.words(readBytesPerSecond, writeBytesPerSecond) { "\($0 >> 20) MiB/s" },
        ]
        return speeds.compactMap(\.self).joined(separator: ", ")
    }

    /// The two directions in one word where they are the same.
    private static func words(_ reading: Int?, _ writing: Int?, _ text: (Int) -> String) -> String? {
        if reading == writing { return reading.map(text) }
        let parts = [reading.map { "reading \(text($0))" }, writing.map { "writing \(text($0))" }]
        return parts.compactMap(\.self).joined(separator: ", ")
    }
}

/// A block device by its numbers, as the kernel writes them: `7:0`.
public struct BlockDevice: Sendable, Hashable, Comparable, CustomStringConvertible {
    public var major: UInt32
    public var minor: UInt32

    public init(major: UInt32, minor: UInt32) {
        self.major = major
        self.minor = minor
    }

    init?(_ text: Substring) {
        let numbers = text.split(separator: ":", omittingEmptySubsequences: false)
        guard numbers.count == 2, let major = UInt32(numbers[0]), let minor = UInt32(numbers[1]) else { return nil }
        self.init(major: major, minor: minor)
    }

    public var description: String { "\(major):\(minor)" }

    public static func < (one: BlockDevice, other: BlockDevice) -> Bool {
        (one.major, one.minor) < (other.major, other.minor)
    }
}
