internal import DatabaseClient
internal import Foundation

/// The users. A password's hash never leaves this file but to be compared.
struct Users: Sendable {
    let database: Database

    init(_ database: Database) { self.database = database }

    private static let columns: SQL = "uid, name, email, role, created_at"

    /// - Throws: `Broken` for a uid or an address that another user has.
    func create(_ user: NewUser) async throws {
        let hash = try await Passwords.shared.hash(user.password)
        try await unique(uid: user.uid) {
            try await database.execute(
                """
                INSERT INTO users (uid, name, email, role, password) \
                VALUES (\(user.uid), \(user.name), \(user.email), \(user.role.rawValue), \(hash.description))
                """)
        }
    }

    /// The servers name indices differently, so who has what is looked up.
    private func unique(uid: String?, _ body: () async throws -> Void) async throws {
        do {
            try await body()
        } catch DatabaseError.server(let error) where error.isUniqueViolation {
            guard let uid, try await exists(uid) else { throw Broken(errors: ["email_taken"]) }
            throw Broken(errors: ["uid_taken"])
        }
    }

    func exists(_ uid: String) async throws -> Bool {
        try await database.first("SELECT count(*) FROM users WHERE uid = \(uid)", as: Int.self) == 1
    }

    /// The role of a user; nil when there is none.
    func role(of uid: String) async throws -> Role? {
        try await database.first("SELECT role FROM users WHERE uid = \(uid)", as: Role.self)
    }

    /// As JSON that the database makes, in the order of their uids.
    func list(limit: Int, after: String) async throws -> JSONText {
        try await database.read {
            try await $0.jsonArray("SELECT \(Self.columns) FROM users WHERE uid > \(after) ORDER BY uid LIMIT \(limit)")
        }
    }

    /// Nil when there is none.
    func show(_ uid: String) async throws -> JSONText? {
        let found = try await database.read { try await $0.jsonObject("SELECT \(Self.columns) FROM users WHERE uid = \(uid)") }
        return found.rowCount == 0 ? nil : found
    }

    /// - Returns: false when there is no such user.
    /// - Throws: `Broken` for an address that another user has.
    func change(_ uid: String, _ change: UserChange.Checked) async throws -> Bool {
        var parts: [SQL] = []
        if let name = change.name { parts.append("name = \(name)") }
        if let email = change.email { parts.append("email = \(email)") }
        if let role = change.role { parts.append("role = \(role.rawValue)") }
        if let password = change.password {
            parts.append("password = \(try await Passwords.shared.hash(password).description)")
        }
        guard var assignments = parts.first else { return try await exists(uid) }
        for part in parts.dropFirst() { assignments = assignments + ", " + part }
        let all = assignments
        try await unique(uid: nil) { try await database.execute("UPDATE users SET \(all) WHERE uid = \(uid)") }
        return try await exists(uid)
    }

    /// - Returns: false when there was no such user.
    func delete(_ uid: String) async throws -> Bool {
        try await database.execute("DELETE FROM users WHERE uid = \(uid)") == 1
    }

    /// Whether the password is the user's. It takes as long when there is no such user.
    func authenticate(_ uid: String, _ password: String) async throws -> Bool {
        let stored = try await database.first("SELECT password FROM users WHERE uid = \(uid)", as: String.self)
        guard let hash = stored.flatMap(PasswordHash.init) else {
            _ = try await Passwords.shared.hash(.plain(password))
            return false
        }
        return try await Passwords.shared.matches(password, hash)
    }
}
