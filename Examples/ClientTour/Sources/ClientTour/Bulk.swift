import DatabaseClient

/// Many rows the quick way: COPY on PostgreSQL, many rows in one INSERT elsewhere.
func bulk(_ db: Database) async throws {
    let rows: [[SQLValue]] = (100..<1100).map { [.int($0), .text("Person \($0)"), .null] }
    let count = try await db.transaction { tx in
        try await tx.insert(rows, into: "tour_people", columns: ["id", "display_name", "karma"])
    }
    precondition(count == 1000)
}
