import DatabaseClient

private struct NotEnough: Error {}

/// All or nothing. What the server undid for the sake of others runs again by itself.
func transactions(_ db: Database) async throws {
    try await db.transaction(isolation: .serializable) { tx in
        let karma = try await tx.first("SELECT karma FROM tour_people WHERE id = 2", as: Int.self) ?? 0
        try await tx.execute("UPDATE tour_people SET karma = \(karma + 1) WHERE id = 2")

        // A part that may fail alone.
        do {
            try await tx.savepoint { inner in
                try await inner.execute("UPDATE tour_people SET karma = -100 WHERE id = 2")
                throw NotEnough()
            }
        } catch is NotEnough {}
    }
    let karma = try await db.first("SELECT karma FROM tour_people WHERE id = 2", as: Int.self)
    precondition(karma == 8)
}
