import DatabaseClient

/// Errors have their SQLSTATE, and say what is known about the statement.
func errors(_ db: Database) async throws {
    do {
        try await db.execute("INSERT INTO tour_people VALUES (1, 'twice', NULL)")
        preconditionFailure("there is one already")
    } catch DatabaseError.server(let error) where error.isUniqueViolation {
        print("refused: \(error)")
    } catch DatabaseError.outcomeUnknown(let reason) {
        print("It may have been written: look, before doing it again. \(reason)")
    } catch DatabaseError.poolExhausted(let exhaustion) {
        print("\(exhaustion)")  // who holds the connections, and since when
    }
}
