import DatabaseURLs
import Testing

@testable import Toolkit

/// Names of indexes and references, and what becomes of indexes between engines.
@Suite struct MigrationNamesTests {
    private func table(_ name: String, _ indexes: [String], keys: [String] = []) -> TableShape {
        var shape = TableShape(
            name: TableName(schema: "", name: name),
            columns: [.init(name: "x", kind: .text(length: nil), nativeType: "text", isNullable: true)], primaryKey: [])
        shape.indexes = indexes.map { .init(name: $0, columns: ["x"], isUnique: true) }
        shape.foreignKeys = keys.map {
            .init(name: $0, columns: ["x"], table: TableName(schema: "", name: "a"), referred: ["x"], onDelete: "", onUpdate: "")
        }
        return shape
    }

    private func names(
        _ tables: [TableShape], _ target: Dialect, besides others: [String] = []
    ) throws -> (indexes: [String], references: [String]) {
        let source = target == .mysql ? Dialect.postgresql : .mysql
        var names = TargetNames(target, tables: tables, others: others)
        let scripts = try tables.map { try TableScript($0, from: source, to: target, names: &names) }
        return (scripts.flatMap(\.indexes).map(\.name), scripts.flatMap(\.references).map(\.name))
    }

    @Test("No two indexes get one name where a schema has all of them", arguments: [Dialect.postgresql, .sqlite])
    func indexes(_ target: Dialect) throws {
        let tables = [table("a", ["request_id", "b", "other"]), table("b", ["request_id"]), table("c", ["b_request_id"])]
        let found = try names(tables, target, besides: ["other"]).indexes
        #expect(found == ["request_id", "a_b", "a_other", "b_request_id", "c_b_request_id"])
        #expect(try names(tables, target, besides: ["other"]).indexes == found, "and the same the next time")
        let taken = [table("a", ["x"]), table("b", ["x"]), table("b_x", [])]
        #expect(try names(taken, target).indexes == ["x", "b_x_2"])
    }

    @Test("Names that PostgreSQL would make one are cut apart, at whole characters")
    func long() throws {
        let wide = String(repeating: "é", count: 40)
        let found = try names([table("t", [wide + "1", wide + "2", wide + "3"])], .postgresql).indexes
        #expect(Set(found).count == 3 && found.allSatisfy { $0.utf8.count <= 63 })
        #expect(found[0] == String(repeating: "é", count: 31) && found[2].hasSuffix("é_2"))
        #expect(try names([table("t", [wide + "1"])], .mysql).indexes == [wide + "1"])
    }

    @Test("What the server makes itself is not taken from it")
    func reserved() throws {
        #expect(
            try names([table("a", ["a_pkey", "martlet_migration"])], .postgresql).indexes == ["a_a_pkey", "a_martlet_migration"])
        #expect(try names([table("a", ["sqlite_autoindex_a_1"])], .postgresql).indexes == ["a_x_key"])
    }

    @Test("In MySQL references share the names of the database, indexes those of their table, whatever their case")
    func mysql() throws {
        let tables = [table("a", ["x", "X", "primary"], keys: ["fk", "x"]), table("b", ["x"], keys: ["FK"])]
        let found = try names(tables, .mysql, besides: ["left"])
        #expect(found.indexes == ["x", "a_X", "a_primary", "x"])
        #expect(found.references == ["fk", "a_x_2", "b_FK"])
        #expect(try names([table("a", [], keys: ["left"])], .mysql, besides: ["left"]).references == ["a_left"])
        #expect(try names(tables, .postgresql).references == ["fk", "x", "FK"])
    }

    @Test("An index that stays behind is named, and narrows no column")
    func ownIndexes() throws {
        var shape = table("users", [])
        shape.ownIndexes = [.init(name: "users_handle", isUnique: true, reason: "expression")]
        shape.columns.append(.init(name: "tags", kind: .json, nativeType: "jsonb", isNullable: true))
        shape.indexes = [.init(name: "by_tags", columns: ["tags"], isUnique: false)]
        var names = TargetNames(.mysql, tables: [shape])
        let script = try TableScript(shape, from: .postgresql, to: .mysql, names: &names)
        #expect(script.indexes.isEmpty && script.create[0].contains("`x` longtext"))
        #expect(
            script.notes == [
                "not carried over: unique index users_handle on users (expression)",
                "not carried over: index by_tags on users (json)",
            ])
        names = TargetNames(.sqlite, tables: [shape])
        #expect(try TableScript(shape, from: .postgresql, to: .sqlite, names: &names).indexes.map(\.name) == ["by_tags"])
    }
}
