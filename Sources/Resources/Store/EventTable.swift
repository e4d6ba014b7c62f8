internal import Foundation
internal import GRDB

/// The SQL of table `event`.
enum EventTable {
    static func insert(_ db: Database, _ event: DBEvent) throws {
        try db.execute(
            sql: "INSERT INTO event (region, date, body) VALUES (?, ?, ?)",
            arguments: [event.region, event.date.timeIntervalSince1970, try JSONEncoder().encode(event)])
    }

    /// Row by row, so that no more is held than is answered.
    static func select(
        _ db: Database, region: String, from start: Date, to end: Date, skipping offset: Int, limit: Int,
        where matches: (DBEvent) -> Bool
    ) throws -> [DBEvent] {
        let rows = try Data.fetchCursor(
            db, sql: "SELECT body FROM event WHERE region = ? AND date >= ? AND date < ? ORDER BY date, number",
            arguments: [region, start.timeIntervalSince1970, end.timeIntervalSince1970])
        let decoder = JSONDecoder()
        var found: [DBEvent] = []
        var skipped = 0
        while found.count < limit, let row = try rows.next() {
            let event = try decoder.decode(DBEvent.self, from: row)
            guard matches(event) else { continue }
            if skipped < offset { skipped += 1 } else { found.append(event) }
        }
        return found
    }

    static func delete(_ db: Database, before date: Date) throws -> Int {
        try db.execute(sql: "DELETE FROM event WHERE date < ?", arguments: [date.timeIntervalSince1970])
        return db.changesCount
    }
}
