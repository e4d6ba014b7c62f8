import DatabaseURLs
import Testing

@testable import Toolkit

@Suite struct MigrationTableTests {
    private func table(_ name: String, refersTo others: [String] = []) -> TableShape {
        var shape = TableShape(name: TableName(schema: "", name: name), columns: [], primaryKey: [])
        shape.foreignKeys = others.map {
            .init(name: "", columns: ["x"], table: TableName(schema: "", name: $0), referred: ["id"], onDelete: "", onUpdate: "")
        }
        return shape
    }

    @Test("Tables come behind those that they refer to")
    func order() {
        let tables = [table("a", refersTo: ["c", "a"]), table("b"), table("c", refersTo: ["b", "elsewhere"])]
        #expect(TableOrder.sorted(tables).map(\.name.name) == ["b", "c", "a"])
        let ring = [table("a", refersTo: ["b"]), table("b", refersTo: ["a"])]
        #expect(TableOrder.sorted(ring).map(\.name.name) == ["a", "b"])
        #expect(TableOrder.rings(ring).map(\.name) == ["a"] && TableOrder.rings(tables).isEmpty)
    }

    @Test(
        "Kinds have a type in every engine",
        arguments: [
            (ValueKind.boolean, "boolean", "tinyint(1)", "BOOLEAN"), (.integer(bytes: 2), "smallint", "smallint", "INTEGER"),
            (.integer(bytes: 8), "bigint", "bigint", "INTEGER"), (.unsigned64, "numeric(20)", "bigint unsigned", "TEXT"),
            (.decimal(precision: 10, scale: 2), "numeric(10,2)", "decimal(10,2)", "DECIMAL_TEXT(10,2)"),
            (.decimal(precision: nil, scale: nil), "numeric", "decimal(65,30)", "DECIMAL_TEXT"),
            (.double, "double precision", "double", "DOUBLE"), (.text(length: 80), "varchar(80)", "varchar(80)", "VARCHAR(80)"),
            (.text(length: nil), "text", "longtext", "TEXT"), (.bytes, "bytea", "longblob", "BLOB"),
            (.moment, "timestamptz", "datetime(6)", "DATETIME"), (.uuid, "uuid", "char(36)", "UUID_TEXT"),
            (.json, "jsonb", "json", "JSON_TEXT"), (.other, "text", "longtext", "TEXT"),
        ])
    func types(_ kind: ValueKind, _ postgresql: String, _ mysql: String, _ sqlite: String) {
        #expect(TypeMap.type(kind, in: .postgresql, isKey: false) == postgresql)
        #expect(TypeMap.type(kind, in: .mysql, isKey: false) == mysql)
        #expect(TypeMap.type(kind, in: .sqlite, isKey: false) == sqlite)
    }

    @Test("Text in a key gets a length in MySQL")
    func keys() {
        #expect(TypeMap.type(.text(length: nil), in: .mysql, isKey: true) == "varchar(255)")
    }

    @Test("Lines carry any bytes there and back")
    func lines() {
        let fields: [[UInt8]?] = [Array("a\\b\tc\nd\re\u{8}\u{B}\u{C}é".utf8), nil, [], Array("\\N".utf8), [0, 255]]
        var line: [UInt8] = []
        for (index, field) in fields.enumerated() {
            if index > 0 { line.append(9) }
            if let field {
                field.withUnsafeBufferPointer { LineText.append($0, to: &line) }
            } else {
                LineText.appendNull(to: &line)
            }
        }
        #expect(!line.contains(10))
        #expect(LineText.fields(line) == fields)
        #expect(LineText.forMySQL(Array("a\\\\f\\f\\v\\N".utf8)) == Array("a\\\\f\u{C}\u{B}\\N".utf8))
        #expect(LineText.lines(Array("a\n\nb\n".utf8)).map { Array($0) } == [[97], [], [98]])
    }

    @Test("The checksum does not see the order, but everything else")
    func checksum() {
        func sum(_ text: String, _ kinds: [Int: ValueKind] = [:]) -> RowChecksum {
            var checksum = RowChecksum()
            checksum.add(Array(text.utf8), normalise: kinds)
            return checksum
        }
        #expect(sum("1\ta\n2\tb\n") == sum("2\tb\n1\ta\n"))
        for other in ["1\ta\n2\tc\n", "1\ta\n", "1\ta\n2\tb\n2\tb\n", "1\tb\n2\ta\n", "1\t\\N\n2\tb\n"] {
            #expect(sum("1\ta\n2\tb\n") != sum(other), "\(other)")
        }
        #expect(
            sum("1e+20\t{\"b\":1,\"a\":2}\n", [0: .double, 1: .json])
                == sum("1e20\t{\"a\": 2, \"b\": 1}\n", [0: .double, 1: .json]))
        #expect(sum("2026-01-02T03:04:05Z\n", [0: .moment]) == sum("2026-01-02 03:04:05.000000\n", [0: .moment]))
        #expect(sum("1.50\n", [0: .decimal(precision: 9, scale: 2)]) == sum("1.5\n", [0: .decimal(precision: 9, scale: 2)]))
    }

    @Test("Defaults that mean the same elsewhere")
    func fallbacks() {
        #expect(PostgreSQLCatalogue.fallback("'it''s'::text") == .text("it's"))
        #expect(PostgreSQLCatalogue.fallback("now()") == .now)
        #expect(PostgreSQLCatalogue.fallback("public.uuid_generate_v4()") == .uuid)
        #expect(PostgreSQLCatalogue.fallback("'a'::text || 'b'::text") == .native("'a'::text || 'b'::text"))
        #expect(PostgreSQLCatalogue.fallback("false") == .number("0"))
        #expect(MySQLCatalogue.fallback("current_timestamp()", isMariaDB: true, isExpression: false) == .now)
        #expect(MySQLCatalogue.fallback("NULL", isMariaDB: true, isExpression: false) == .none)
        #expect(MySQLCatalogue.fallback("draft", isMariaDB: false, isExpression: false) == .text("draft"))
        #expect(SQLiteCatalogue.fallback("'x'") == .text("x"))
    }

    @Test("References are taken out of a MySQL table's statement")
    func foreignKeys() {
        let shown =
            "CREATE TABLE `o` (\n  `a` int,\n  KEY `k` (`a`),\n"
            + "  CONSTRAINT `f` FOREIGN KEY (`a`) REFERENCES `c` (`i`)\n) ENGINE=InnoDB"
        #expect(
            MySQLCatalogue.withoutForeignKeys(shown)
                == "CREATE TABLE IF NOT EXISTS `o` (\n  `a` int,\n  KEY `k` (`a`)\n) ENGINE=InnoDB")
    }

    @Test(
        "SQLite's declared types",
        arguments: [
            ("INTEGER", ValueKind.integer(bytes: 8)), ("VARCHAR(80)", .text(length: 80)),
            ("DECIMAL(10, 2)", .decimal(precision: 10, scale: 2)),
            ("DATETIME", .timestamp), ("BOOLEAN", .boolean), ("", .text(length: nil)), ("DOUBLE PRECISION", .double),
            ("BLOB", .bytes),
        ])
    func sqliteTypes(_ type: String, _ kind: ValueKind) { #expect(SQLiteCatalogue.kind(type) == kind) }

    @Test("A bar, and psql's table")
    func text() {
        #expect(
            ProgressBar.line("users", 400, of: 1_000, "rows", after: .seconds(2))
                == "users  [########            ]  40 %  400 rows, 200 rows/s, 4 s left")
        #expect(
            TextTable.psql(["id", "name"], [["1", "Ann"], ["20", nil]]) == [
                " id | name ", "----+------", "  1 | Ann", " 20 |", "(2 rows)",
            ])
        #expect(TextTable.printable("a\u{1b}[31m") == "a\u{FFFD}[31m")
        #expect(Figures.spoken(1_234_567) == "1,234,567" && Figures.spoken(-100) == "-100" && Figures.size(1536) == "1.5 KiB")
    }
}
