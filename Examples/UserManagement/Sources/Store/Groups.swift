internal import DatabaseClient

/// The groups of a classroom, and who belongs to them.
struct Groups: Sendable {
    let database: Database

    init(_ database: Database) { self.database = database }

    /// - Throws: `Broken` for a name that another group has.
    func create(_ group: NewGroup) async throws {
        do {
            try await database.execute("INSERT INTO classroom_groups (name, title) VALUES (\(group.name), \(group.title))")
        } catch DatabaseError.server(let error) where error.isUniqueViolation {
            throw Broken(errors: ["name_taken"])
        }
    }

    func list() async throws -> JSONText {
        try await database.read {
            try await $0.jsonArray(
                """
                SELECT name, title, (SELECT count(*) FROM group_members WHERE group_name = classroom_groups.name) AS members \
                FROM classroom_groups ORDER BY name LIMIT 1000
                """)
        }
    }

    struct Group: Codable, Sendable {
        var name: String
        var title: String
        var members: [String]?
    }

    /// Nil when there is none.
    func show(_ name: String) async throws -> Group? {
        try await database.read { reader in
            let found = try await reader.first("SELECT name, title FROM classroom_groups WHERE name = \(name)", as: Headline.self)
            guard let found else { return nil }
            let members = try await reader.query(
                "SELECT uid FROM group_members WHERE group_name = \(name) ORDER BY uid", as: String.self)
            return Group(name: found.name, title: found.title, members: members)
        }
    }

    private struct Headline: Decodable {
        var name: String
        var title: String
    }

    /// - Returns: false when there is no such group.
    func rename(_ name: String, title: String) async throws -> Bool {
        try await database.execute("UPDATE classroom_groups SET title = \(title) WHERE name = \(name)")
        return try await database.first("SELECT count(*) FROM classroom_groups WHERE name = \(name)", as: Int.self) == 1
    }

    /// - Returns: false when there was no such group.
    func delete(_ name: String) async throws -> Bool {
        try await database.execute("DELETE FROM classroom_groups WHERE name = \(name)") == 1
    }

    /// Doing it twice is as doing it once.
    ///
    /// - Returns: false when there is no such user, or no such group.
    func add(_ uid: String, to name: String) async throws -> Bool {
        do {
            try await database.execute("INSERT INTO group_members (group_name, uid) VALUES (\(name), \(uid))")
        } catch DatabaseError.server(let error) where error.isUniqueViolation {
            return true
        } catch DatabaseError.server(let error) where error.isForeignKeyViolation {
            return false
        }
        return true
    }

    /// - Returns: false when the user was no member.
    func remove(_ uid: String, from name: String) async throws -> Bool {
        try await database.execute("DELETE FROM group_members WHERE group_name = \(name) AND uid = \(uid)") == 1
    }
}
