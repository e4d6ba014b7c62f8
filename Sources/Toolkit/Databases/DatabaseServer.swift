internal import DatabaseURLs
internal import Foundation

/// Databases as a whole: whether there is one, making it, dropping it.
///
/// A server is asked through another of its databases; a SQLite file through the file system.
public struct DatabaseServer {
    public let address: DatabaseAddress
    private let maintenance: (any SQLSession)?

    /// Databases of the servers themselves.
    private static let ownDatabases: [Dialect: Set<String>] = [
        .postgresql: ["postgres", "template0", "template1", "rdsadmin"],
        .mysql: ["mysql", "information_schema", "performance_schema", "sys"],
    ]

    /// - Parameter open: connects; it may ask for a password.
    public init(_ address: DatabaseAddress, open: (DatabaseAddress) throws -> any SQLSession) throws {
        self.address = address
        guard address.dialect != .sqlite else {
            maintenance = nil
            return
        }
        guard !address.database.isEmpty else {
            throw ToolkitError("which database? The URL names none: \(address.description)DATABASE, or give --database NAME")
        }
        let names = address.dialect == .mysql ? [""] : ["postgres", "template1"]
        var found: (any SQLSession)?
        for (index, name) in names.enumerated() where found == nil {
            do {
                found = try open(address.with(database: name))
            } catch let failure as SQLFailure where index + 1 < names.count && failure.message.contains("does not exist") {
                continue
            }
        }
        maintenance = found
    }

    private var session: any SQLSession {
        get throws {
            guard let maintenance else { throw ToolkitError("a SQLite file has no server") }
            return maintenance
        }
    }

    public func close() { maintenance?.close() }

    public func exists() throws -> Bool {
        switch address.dialect {
        case .postgresql:
            try session.value("SELECT 1 FROM pg_database WHERE datname = $1", [address.database]) != nil
        case .mysql:
            try session.value("SELECT 1 FROM information_schema.schemata WHERE schema_name = ?", [address.database]) != nil
        case .sqlite: FileManager.default.fileExists(atPath: address.database)
        }
    }

    /// - Returns: the tag, `CREATE DATABASE`.
    public func create() throws -> String {
        guard address.dialect != .sqlite else { return try createFile() }
        let name = try address.dialect.quoted(address.database)
        let charset = address.dialect == .mysql ? " CHARACTER SET utf8mb4" : ""
        return try session.run("CREATE DATABASE \(name)\(charset)").tag
    }

    private func createFile() throws -> String {
        guard try !exists() else { throw SQLFailure("the file \(address.database) already exists") }
        let directory = (address.database as NSString).deletingLastPathComponent
        if !directory.isEmpty {
            try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        }
        let file = try SQLiteSession(address.database, creates: true)
        defer { file.close() }
        // Writes the header: until then the file is empty.
        try file.run("VACUUM")
        return "CREATE DATABASE"
    }

    /// Why it cannot be dropped, whoever asks; nil when it can.
    public var protection: String? {
        guard Self.ownDatabases[address.dialect]?.contains(address.database.lowercased()) == true else { return nil }
        return "\(address.database) belongs to the server itself and is not dropped"
    }

    /// Those who are connected to it, ourselves left out.
    public func sessions() throws -> [DatabaseSession] {
        if address.dialect == .sqlite { return try FileHolders.list(address.database) }
        return try DatabaseSessions.list(address, session).filter { $0.database == address.database }
    }

    /// - Parameters:
    ///   - endsSessions: false refuses while somebody is connected.
    ///   - closed: the session that the caller had and has closed.
    /// - Returns: the tag, `DROP DATABASE`.
    public func drop(endsSessions: Bool, closed: Int? = nil) throws -> String {
        if let protection { throw ToolkitError(protection) }
        let open = try patientSessions(endsSessions, closed)
        guard open.isEmpty || endsSessions && address.dialect != .sqlite else {
            let who = open.prefix(10).map { "  \($0.words)" }.joined(separator: "\n")
            let advice =
                address.dialect == .sqlite ? "These processes must close it first." : "End them yourself, or give --end-sessions."
            throw ToolkitError("\(address.databaseName) is in use by\n\(who)\n\(advice)")
        }
        let name = try address.dialect.quoted(address.database)
        switch address.dialect {
        case .postgresql: return try session.run("DROP DATABASE \(name)\(open.isEmpty ? "" : " WITH (FORCE)")").tag
        case .mysql:
            for one in open { try endIfThere(one.processID) }
            return try session.run("DROP DATABASE \(name)").tag
        case .sqlite: return try removeFile()
        }
    }

    /// A session that was just closed is still listed for a moment; for how long, the server and a gateway decide.
    private func patientSessions(_ endsSessions: Bool, _ closed: Int?) throws -> [DatabaseSession] {
        let began = ContinuousClock.now
        while true {
            let open = try sessions()
            let isWorthwhile = open.contains { $0.processID == closed }
            if open.isEmpty || endsSessions || ContinuousClock.now - began > .seconds(isWorthwhile ? 30 : 1) { return open }
            usleep(50_000)
        }
    }

    private func endIfThere(_ processID: Int) throws {
        do {
            try session.run("KILL CONNECTION \(processID)")
        } catch let failure as SQLFailure where failure.code?.hasPrefix("1094") == true {
            return  // ER_NO_SUCH_THREAD: it has ended by itself
        }
    }

    /// Only a file that is a SQLite database, or empty, is removed, with its journals. A link that leads to it stays.
    private func removeFile() throws -> String {
        let file = URL(fileURLWithPath: address.database).resolvingSymlinksInPath()
        let handle = try FileHandle(forReadingFrom: file)
        let start = try handle.read(upToCount: 16) ?? Data()
        try handle.close()
        guard start.isEmpty || start == Data("SQLite format 3\0".utf8) else {
            throw ToolkitError("\(address.database) is no SQLite database: it is left alone")
        }
        for suffix in ["-wal", "-shm", "-journal", ""] where FileManager.default.fileExists(atPath: file.path + suffix) {
            try FileManager.default.removeItem(atPath: file.path + suffix)
        }
        return "DROP DATABASE"
    }
}
