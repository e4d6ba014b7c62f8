import DatabaseClient

struct Person: Decodable, Sendable {
    var id: Int
    var displayName: String  // the column display_name
    var karma: Int?
}

/// Rows become values; one column can be had alone.
func decoding(_ db: Database) async throws {
    let people = try await db.query("SELECT * FROM tour_people ORDER BY id", as: Person.self)
    precondition(people.map(\.id) == [1, 2] && people[1].karma == 7)

    let ada: Person? = try await db.first("SELECT * FROM tour_people WHERE display_name = \("Ada")")
    precondition(ada?.id == 2)

    let names = try await db.query("SELECT display_name FROM tour_people", as: String.self)
    precondition(names.count == 2)
}
