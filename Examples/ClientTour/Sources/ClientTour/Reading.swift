import DatabaseClient

/// `read` goes to a replica where `configuration.readers` names some, and to the writer otherwise. Its sessions cannot write.
func reading(_ db: Database) async throws {
    let count = try await db.read { try await $0.first("SELECT count(*) FROM tour_people", as: Int.self) }
    precondition(count ?? 0 >= 2)

    // What this process wrote must be seen: a replica that is known to have it, else the writer.
    let own = try await db.read(.ownWrites) { try await $0.first("SELECT count(*) FROM tour_people", as: Int.self) }
    precondition(own == 1002)
}
