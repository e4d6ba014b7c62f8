import DatabaseClient

/// The database makes the JSON; one value crosses. None is `[]` and `{}`.
func json(_ db: Database) async throws {
    let all = try await db.jsonArray("SELECT id, display_name FROM tour_people WHERE id > \(1) ORDER BY id")
    precondition(all.rowCount == 1)
    print("jsonArray: \(all)")

    let nobody = try await db.jsonObject("SELECT * FROM tour_people WHERE id = \(99)")
    precondition(nobody.text == "{}")
}
