/// Reads that many ask for at the same time, made once for all of them.
///
///     let feed = try await db.shared().jsonArray("SELECT … FROM activities ORDER BY created_at DESC LIMIT 20")
///
/// While a read runs, those who ask for the same statement with the same values wait for the next one, which answers all of
/// them. It begins after each of them asked, so nobody gets an answer older than his question: nothing is cached. (A replica may
/// be behind, here as in `read`: see ``ReadConsistency``.) A read that takes longer than a second is waited for by nobody who
/// comes then. For what many look at, such as a front page; the more ask at once, the less the server has to do for each.
public struct SharedReads: DatabaseQuerying {
    let database: Database
    let consistency: ReadConsistency

    public var engine: DatabaseEngine { database.engine }

    /// Runs a query that only reads, as ``Database/read(_:file:line:_:)`` does.
    ///
    /// - Throws: as `read` does, to each of those who wait; `DatabaseError.tooManyWaiting` above the reader pool's
    ///   `waitingLimit`. Cancelling one of them cancels the statement only when nobody else waits for it.
    public func run(_ sql: SQL, place: CallPlace) async throws -> Rows {
        let read = SharedRead(try sql.rendered(for: engine), .rows, consistency)
        return try await database.sharing.rows(read) { [database, consistency] in
            try await database.reading(consistency, place) { try await $0.run(sql, place: place) }
        }
    }

    public func columns(of sql: SQL, place: CallPlace) async throws -> [String] {
        let read = SharedRead(try sql.rendered(for: engine), .columns, consistency)
        return try await database.sharing.rows(read) { [database, consistency] in
            let names = try await database.reading(consistency, place) { try await $0.columns(of: sql, place: place) }
            return Rows(answer: RowSet(storage: StoredRows([]), columns: ColumnNames(names), affectedRows: 0))
        }.columns
    }
}

extension Database {
    /// This database, for reads that many ask for at the same time.
    public func shared(_ consistency: ReadConsistency = .any) -> SharedReads {
        SharedReads(database: self, consistency: consistency)
    }
}
