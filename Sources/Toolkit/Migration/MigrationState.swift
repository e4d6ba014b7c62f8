internal import DatabaseURLs

/// How far a migration is, kept in the target itself: a batch of rows and the place it reaches are one transaction there, so
/// that whoever is killed at any moment goes on without a row lost or doubled.
struct MigrationState {
    static let table = "martlet_migration"
    /// The row that stands for the migration as a whole.
    static let whole = "*"

    struct Place: Equatable {
        /// The key of the last row that is there; nil before the first batch.
        var key: [String]?
        var checksum = RowChecksum()
        var stage = Stage.copying
    }

    enum Stage: Int {
        case copying = 0
        case copied = 1
        case indexed = 2
    }

    let session: any SQLSession

    private var name: String {
        session.dialect == .postgresql ? "public.\(Self.table)" : Self.table
    }

    func exists() throws -> Bool {
        let query =
            switch session.dialect {
            case .postgresql: "SELECT to_regclass('public.\(Self.table)') IS NOT NULL AND true"
            case .mysql:
                "SELECT 1 FROM information_schema.tables WHERE table_schema = database() AND table_name = '\(Self.table)'"
            case .sqlite: "SELECT 1 FROM sqlite_master WHERE name = '\(Self.table)'"
            }
        let answer = try session.value(query)
        return answer == "t" || answer == "1"
    }

    /// - Parameter source: what a later run must come with to go on.
    func create(source: String) throws {
        try session.run(
            """
            CREATE TABLE \(name) (name varchar(200) NOT NULL PRIMARY KEY, place text, row_count bigint NOT NULL,
                checksum varchar(20) NOT NULL, stage integer NOT NULL)
            """)
        try save(Self.whole, Place(key: [source]))
    }

    func remove() throws { try session.run("DROP TABLE \(name)") }

    func place(of table: String) throws -> Place? {
        let marks = session.dialect == .postgresql ? "$1" : "?"
        let query = "SELECT place, row_count, checksum, stage FROM \(name) WHERE name = \(marks)"
        guard let row = try session.rows(query, [table]).first else { return nil }
        let key = row[0].map { LineText.fields($0.utf8).map { String(decoding: $0 ?? [], as: UTF8.self) } }
        let checksum = RowChecksum(sum: row[2].flatMap { UInt64($0) } ?? 0, rows: row[1].flatMap { Int($0) } ?? 0)
        return Place(key: key, checksum: checksum, stage: row[3].flatMap { Int($0) }.flatMap(Stage.init) ?? .copying)
    }

    /// Within the transaction that is open.
    func save(_ table: String, _ place: Place) throws {
        var key: [UInt8]?
        if let parts = place.key {
            var line: [UInt8] = []
            for (index, part) in parts.enumerated() {
                if index > 0 { line.append(0x09) }
                LineText.append(part, to: &line)
            }
            key = line
        }
        let isPostgreSQL = session.dialect == .postgresql
        let values = [
            table, key.map { String(decoding: $0, as: UTF8.self) }, String(place.checksum.rows), String(place.checksum.sum),
            String(place.stage.rawValue),
        ]
        _ = try session.rows("DELETE FROM \(name) WHERE name = \(isPostgreSQL ? "$1" : "?")", [table])
        let marks = isPostgreSQL ? "$1, $2, $3::bigint, $4, $5::integer" : "?, ?, ?, ?, ?"
        _ = try session.rows("INSERT INTO \(name) (name, place, row_count, checksum, stage) VALUES (\(marks))", values)
    }
}
