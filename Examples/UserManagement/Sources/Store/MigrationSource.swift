internal import ArgumentParser
internal import DatabaseClient
internal import Foundation

/// What is to come here: read whole, so that nothing is written before all of it could be read.
struct MigrationSource: Codable, Sendable, Equatable {
    var users: [UserDraft]
    var groups: [GroupDraft]

    init(users: [UserDraft], groups: [GroupDraft]) {
        self.users = users
        self.groups = groups
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        users = try container.decodeIfPresent([UserDraft].self, forKey: .users) ?? []
        groups = try container.decodeIfPresent([GroupDraft].self, forKey: .groups) ?? []
    }

    static func read(_ place: String) async throws -> MigrationSource {
        guard place.contains("://") else {
            guard let data = FileManager.default.contents(atPath: place) else {
                throw ValidationError("There is no file \(place).")
            }
            do {
                return try JSONDecoder().decode(MigrationSource.self, from: data)
            } catch {
                throw ValidationError("\(place) is no {\"users\": […], \"groups\": […]}.")
            }
        }
        let configuration: DatabaseConfiguration
        do { configuration = try DatabaseConfiguration(url: place) } catch { throw ValidationError(error.description) }
        if configuration.writer.engine == .sqlite,
            !FileManager.default.fileExists(atPath: configuration.writer.database ?? "")
        {
            throw ValidationError("There is no file \(configuration.writer.database ?? "").")
        }
        return try await UserManagement.withDatabase(configuration) { database in
            MigrationSource(users: try await users(in: database), groups: try await groups(in: database))
        }
    }

    /// The note's Flask application writes its columns with a line in front (`_uid`).
    private static func users(in database: Database) async throws -> [UserDraft] {
        try await database.read { try await $0.query("SELECT * FROM users") }.map { row in
            func text(_ name: String) -> String? {
                for column in [name, "_" + name] { if case .text(let text)? = row[column] { return text } }
                return nil
            }
            return UserDraft(
                uid: text("uid"), name: text("name"), email: text("email"), role: text("role"), password: text("password"))
        }
    }

    private static func groups(in database: Database) async throws -> [GroupDraft] {
        guard try await hasGroups(database) else { return [] }
        return try await database.read { reader in
            var groups: [GroupDraft] = []
            for group in try await reader.query("SELECT name, title FROM classroom_groups ORDER BY name", as: GroupDraft.self) {
                var group = group
                group.members = try await reader.query(
                    "SELECT uid FROM group_members WHERE group_name = \(group.name) ORDER BY uid", as: String.self)
                groups.append(group)
            }
            return groups
        }
    }

    private static func hasGroups(_ database: Database) async throws -> Bool {
        switch database.engine {
        case .postgresql: try await database.first("SELECT to_regclass('classroom_groups') IS NOT NULL", as: Bool.self) ?? false
        default: try await Schema.exists("classroom_groups", in: database)
        }
    }
}
