import Resources

/// What RDS makes of an instance class, by the formulas of its default parameter groups for MariaDB and MySQL.
/// `DBInstanceClassMemory` is in bytes; here it is all that the class names.
struct MariaDBMemory: Equatable {
    private let memory: Int

    init(_ instanceClass: DBInstanceClass) { memory = instanceClass.memoryBytes }

    /// The server rounds to whole pieces of this size; so do we, so that both say the same.
    private static let poolUnitBytes = 1 << 20
    private static let leastPoolBytes = 32 << 20

    /// `{DBInstanceClassMemory*3/4}`
    var bufferPoolBytes: Int { max(memory / 4 * 3 / Self.poolUnitBytes * Self.poolUnitBytes, Self.leastPoolBytes) }
    /// `{DBInstanceClassMemory/12582880}`
    var maxConnections: Int { min(max(memory / 12_582_880, 10), 16_000) }
}
