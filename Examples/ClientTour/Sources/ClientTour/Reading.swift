import DatabaseClient

/// `read` goes to a replica where `configuration.readers` names some, and to the writer otherwise. Its sessions cannot write.
func reading(_ db: Database) async throws {
    let count = try await db.read { try await $0.first("SELECT count(*) FROM tour_people", as: Int.self) }
    precondition(count ?? 0 >= 2)

    // What this process wrote must be seen: a replica that is known to have it, else the writer.
    let own = try await db.read(.ownWrites) { try await $0.first("SELECT count(*) FROM tour_people", as: Int.self) }
    precondition(own == 1002)

    // What many ask for at the same time is read once for all of them; nobody gets an answer older than his question.
    let counts = try await withThrowingTaskGroup(of: Int?.self) { group in
        for _ in 0..<20 { group.addTask { try await db.shared().first("SELECT count(*) FROM tour_people", as: Int.self) } }
        return try await group.reduce(into: []) { $0.append($1) }
    }
    precondition(counts == Array(repeating: 1002, count: 20))
}
