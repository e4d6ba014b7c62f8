public import Foundation
internal import GRDB
public import Logging

/// The desired state of everything, as documents with names that are unique by constraint.
///
/// One writer at a time, straight to SQLite (`synchronous=FULL`: what was acknowledged survives a power cut); reads come from
/// memory and never touch the disk. After each commit the watchers are told which documents changed.
public final class Store: Sendable {
    /// The layout of the store; a directory with a larger number is refused.
    public static let currentFormat = 3

    let database: DatabaseQueue
    let memory: DocumentMirror
    let watchers = Watchers()
    let logger: Logger
    /// Documents that could not be read at start: kept in table `quarantine`, reported, never deleted.
    public let quarantined: [QuarantinedDocument]

    /// Opens `DIR/store.sqlite`, creating it with mode 0600.
    public convenience init(directory: String, logger: Logger) throws {
        let path = directory + "/store.sqlite"
        if !FileManager.default.fileExists(atPath: path) {
            guard FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600]) else {
                throw StoreError.unusable(reason: "cannot create \(path): \(String(cString: strerror(errno)))")
            }
        }
        var configuration = Configuration()
        configuration.busyMode = .timeout(10)
        configuration.prepareDatabase { db in
            try db.execute(sql: "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA secure_delete = ON")
        }
        try self.init(database: DatabaseQueue(path: path, configuration: configuration), logger: logger)
    }

    /// A store that lives as long as the value: a real SQLite, in memory.
    public static func inMemory(logger: Logger = Logger(label: "store")) throws -> Store {
        try Store(database: DatabaseQueue(), logger: logger)
    }

    init(database: DatabaseQueue, logger: Logger) throws {
        self.database = database
        self.logger = logger
        try StoreSchema.migrate(database)
        let (view, quarantined) = try StoreLoader.load(from: database, logger: logger)
        memory = DocumentMirror(view)
        self.quarantined = quarantined
    }

    // MARK: Reading

    public func get<T: Document>(_ type: T.Type, region: String, id: String) -> T? {
        memory.view.get(type, region: region, id: id)
    }

    public func find<T: Document>(_ type: T.Type, region: String, name: String) -> T? {
        memory.view.find(type, region: region, name: name)
    }

    /// Every document of a kind, ordered by region, then name. A nil region means all regions.
    public func list<T: Document>(_ type: T.Type, region: String? = nil) -> [T] {
        memory.view.list(type, region: region)
    }

    /// Grows with every commit that changed a document.
    public var revision: UInt64 { memory.view.revision }

    // MARK: Writing

    /// Runs `body` as one transaction: all of it is on disk when this returns, or none of it ever happened.
    ///
    /// `body` sees its own writes, and must not do anything but read and write the transaction.
    public func write<R: Sendable>(_ body: @escaping @Sendable (inout StoreTransaction) throws -> R) async throws -> R {
        try await database.writeWithoutTransaction { [memory, watchers] db in
            var transaction = StoreTransaction(db: db, view: memory.view)
            var result: R?
            try db.inTransaction(.immediate) {
                result = try body(&transaction)
                return .commit
            }
            // Still on the writer's queue: nobody commits between this commit and its publication.
            if !transaction.touched.isEmpty {
                let view = transaction.view.advanced()
                memory.replace(with: view)
                watchers.tell(transaction.touched)
            }
            guard let result else { throw StoreError.unusable(reason: "a transaction ended without a result") }
            return result
        }
    }

    // MARK: Watching

    /// The changes from now on, in commit order. A reader that is thousands behind loses the oldest.
    public func changes() -> AsyncStream<StoreChange> { watchers.subscribe() }

    // MARK: Events

    /// Events of a region between two dates (start inclusive, end exclusive) that match, oldest first.
    ///
    /// - Parameters:
    ///   - offset: how many of those are left out at the beginning.
    ///   - limit: how many there are in the answer at most.
    public func events(
        region: String, from start: Date, to end: Date, skipping offset: Int = 0, limit: Int,
        where matches: @escaping @Sendable (DBEvent) -> Bool = { _ in true }
    ) async throws -> [DBEvent] {
        try await database.read { db in
            try EventTable.select(db, region: region, from: start, to: end, skipping: offset, limit: limit, where: matches)
        }
    }

    /// Removes events older than `date`; returns how many.
    @discardableResult
    public func forgetEvents(before date: Date) async throws -> Int {
        try await database.write { db in try EventTable.delete(db, before: date) }
    }
}
