/// A DB instance class: what its name promises.
public struct DBInstanceClass: Sendable, Equatable {
    /// `db.t3.micro`
    public var name: String
    public var vCPUs: Int
    /// MiB of memory.
    public var memoryMiB: Int

    public init(name: String, vCPUs: Int, memoryMiB: Int) {
        self.name = name
        self.vCPUs = vCPUs
        self.memoryMiB = memoryMiB
    }

    /// `DBInstanceClassMemory` of RDS's parameter formulas, in bytes.
    public var memoryBytes: Int { memoryMiB << 20 }

    /// Nil for a name that is not a class.
    public init?(named name: String) {
        guard let known = Self.byName[name] else { return nil }
        self = known
    }

    private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
}
