public import DatabaseURLs

/// What a migration would move: the source as it is at one moment, known to have a place in the target's engine. Made before
/// a target is, so that what is refused leaves nothing behind.
public struct MigrationPlan {
    let source: any SQLSession
    public let catalogue: Catalogue
    /// What has no counterpart, and what stays behind, in words.
    public let notes: [String]

    /// Opens the source's snapshot and reads the catalogue in it.
    ///
    /// - Throws: `ToolkitError` for what cannot be moved, `SQLFailure`.
    public init(from source: any SQLSession, into target: Dialect) throws {
        self.source = source
        try MigrationSettings.openSource(source)
        catalogue = try Catalogue.read(source)
        notes = Self.notes(catalogue, try Self.scripts(catalogue, target, besides: []))
    }

    /// What a person is shown.
    public var lines: [String] {
        let rows = catalogue.tables.map { [TextTable.printable($0.name.description), "about \(Figures.spoken($0.rows))"] }
        return TextTable.render(["TABLE", "ROWS"], rows) + notes.map { "note: \(TextTable.printable($0))" }
    }

    /// The statements that make the tables.
    ///
    /// - Parameter names: what is in the target already, and stays.
    static func scripts(_ catalogue: Catalogue, _ target: Dialect, besides names: [String]) throws -> [TableScript] {
        var names = TargetNames(target, tables: catalogue.tables, others: names)
        return try catalogue.tables.map { try TableScript($0, from: catalogue.dialect, to: target, names: &names) }
    }

    private static func notes(_ catalogue: Catalogue, _ scripts: [TableScript]) -> [String] {
        catalogue.leftBehind.map { "left behind: \($0)" } + scripts.flatMap(\.notes)
    }
}
