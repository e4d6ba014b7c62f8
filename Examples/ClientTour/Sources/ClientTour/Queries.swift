import DatabaseClient

/// What is interpolated is a bound parameter: no value can change what a statement means.
func queries(_ db: Database) async throws {
    try await db.execute("DROP TABLE IF EXISTS tour_people")
    try await db.execute("CREATE TABLE tour_people (id int PRIMARY KEY, display_name varchar(100) NOT NULL, karma int)")

    let name = "Robert'); DROP TABLE tour_people; --"
    let karma: Int? = nil
    let inserted = try await db.execute("INSERT INTO tour_people VALUES (\(1), \(name), \(karma)), (2, 'Ada', 7)")
    precondition(inserted == 2)

    // Names that are known only at run time are quoted by a type of their own.
    let column: SQLIdentifier = "display_name"
    let rows = try await db.query("SELECT \(column) FROM tour_people WHERE id IN (\(list: [1, 2, 3])) ORDER BY id")
    precondition(rows.count == 2 && rows[0]["display_name"] == .text(name))

    // Fragments keep their parameters.
    let filter: SQL = "karma >= \(5)"
    let good = try await db.first("SELECT count(*) FROM tour_people WHERE \(filter)", as: Int.self)
    precondition(good == 1)
}
