internal import Foundation
internal import GRDB

/// The SQL of table `event`.
enum EventTable {
    /// No answer holds more; `DescribeEvents` pages through what it gets.
    static let rowLimit = 10_000

    static func insert(_ db: Database, _ event: DBEvent) throws {
        try db.execute(
            sql: "INSERT INTO event (region, date, body) VALUES (?, ?, ?)",
            arguments: [event.region, event.date.timeIntervalSince1970, try JSONEncoder().encode(event)])
    }

    static func select(_ db: Database, region: String, from start: Date, to end: Date) throws -> [DBEvent] {
        let rows = try Data.fetchAll(
            db,
            sql: "SELECT body FROM event WHERE region = ? AND date >= ? AND date < ? ORDER BY date, number LIMIT ?",
            arguments: [region, start.timeIntervalSince1970, end.timeIntervalSince1970, rowLimit])
        return try rows.map { try JSONDecoder().decode(DBEvent.self, from: $0) }
    }

    static func delete(_ db: Database, before date: Date) throws -> Int {
        try db.execute(sql: "DELETE FROM event WHERE date < ?", arguments: [date.timeIntervalSince1970])
        return db.changesCount
    }
}
