/// A log file of a DB instance, as DescribeDBLogFiles lists it.
public struct DBLogFile: Sendable, Equatable {
    /// `error/postgresql.log.2026-11-21-02`
    public var name: String
    public var sizeBytes: Int64
    /// When its last line was written, in milliseconds since the epoch.
    public var lastWrittenMs: Int64
    /// Tells it from a file that had its name before: the number that the file system gave it, kept when it is renamed.
    public var id: UInt64

    public init(name: String, sizeBytes: Int64, lastWrittenMs: Int64, id: UInt64) {
        self.name = name
        self.sizeBytes = sizeBytes
        self.lastWrittenMs = lastWrittenMs
        self.id = id
    }
}

/// The log files of DB instances, as the API layer reads them. Engines supplies it.
public protocol DBLogShelf: Sendable {
    /// All of them, sorted by name; none for an instance that has not begun to exist.
    func logFiles(of instance: DBInstance) async throws -> [DBLogFile]

    /// The bytes from `offset` on: fewer than `count` only where the file ends.
    ///
    /// - Returns: nil when no file of that name and number is there any more: it was renamed or removed since it was listed.
    func read(_ file: DBLogFile, of instance: DBInstance, from offset: Int64, count: Int) async throws -> [UInt8]?
}
