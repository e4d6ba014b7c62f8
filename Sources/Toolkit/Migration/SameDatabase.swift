internal import DatabaseURLs
internal import Foundation

/// Tells whether two sessions are in one database, whatever they call it: a host has many names.
enum SameDatabase {
    /// Leaves nothing in either session: neither lock nor transaction.
    ///
    /// - Throws: `ToolkitError` when it cannot be told, `SQLFailure`.
    static func check(_ first: any SQLSession, _ second: any SQLSession) throws -> Bool {
        guard first.dialect == second.dialect else { return false }
        switch first.dialect {
        case .postgresql: return try postgresql(first, second)
        case .mysql: return try mysql(first, second)
        case .sqlite: return try sqlite(first, second)
        }
    }

    /// An advisory lock belongs to one database of one server, needs no privilege, and is kept from all other sessions. System
    /// identifiers would not do: a restored copy has its original's.
    private static func postgresql(_ first: any SQLSession, _ second: any SQLSession) throws -> Bool {
        let key = Int64.random(in: .min ... .max)
        let lock = "SELECT pg_catalog.pg_try_advisory_lock('\(key)')"
        let unlock = "SELECT pg_catalog.pg_advisory_unlock('\(key)')"
        guard try first.value(lock) == "t" else { throw unknown }
        return try thenRunning(unlock, on: first) {
            guard try second.value(lock) == "t" else { return true }
            try second.run(unlock)
            return false
        }
    }

    /// A named lock belongs to a whole server, so the databases' names are compared as well.
    private static func mysql(_ first: any SQLSession, _ second: any SQLSession) throws -> Bool {
        let database = "SELECT IF(@@lower_case_table_names = 0, database(), lower(database()))"
        guard let one = try first.value(database), try second.value(database) == one else { return false }
        let name = "'martlet-\(UUID().uuidString)'"
        guard try first.value("SELECT GET_LOCK(\(name), 0)") == "1" else { throw unknown }
        return try thenRunning("DO RELEASE_LOCK(\(name))", on: first) {
            try second.value("SELECT IS_FREE_LOCK(\(name))") == "0"
        }
    }

    /// By device and inode, which symbolic and hard links share.
    private static func sqlite(_ first: any SQLSession, _ second: any SQLSession) throws -> Bool {
        guard let one = try file(of: first) else { return false }
        return try file(of: second) == one
    }

    /// Nil for a database that has no file.
    private static func file(of session: any SQLSession) throws -> [UInt64]? {
        let query = "SELECT file FROM pragma_database_list WHERE name = 'main'"
        guard let path = try session.value(query), !path.isEmpty else { return nil }
        var found = stat()
        guard stat(path, &found) == 0 else { throw ToolkitError("\(path): \(String(cString: strerror(errno)))") }
        return [UInt64(found.st_dev), UInt64(found.st_ino)]
    }

    private static var unknown: ToolkitError {
        ToolkitError("whether FROM and TO are the same database cannot be told: the server gives no lock")
    }

    private static func thenRunning<T>(_ last: String, on session: any SQLSession, _ body: () throws -> T) throws -> T {
        let result = Result { try body() }
        try session.run(last)
        return try result.get()
    }
}
