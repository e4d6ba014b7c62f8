internal import Foundation

/// How tables and columns are called in the application: `--map FILE`, JSON.
///
/// `{"users": {"path": "/api/users", "fields": {"_name": "name", "password_hash": null}}, "sessions": null}`: a table that is
/// null stays behind, and so does a field. What is not named keeps its name; a table's path is `/NAME`.
public struct ThroughMap: Sendable, Equatable {
    public struct Table: Sendable, Equatable, Decodable {
        public var path: String?
        public var fields: [String: String?]?
        /// True sends a key that the database numbers by itself; otherwise the application makes a new one.
        public var sendsKey: Bool?
        /// The member of the answer with the new key; `id` without it.
        public var answerKey: String?
    }

    private let tables: [String: Table?]

    /// Every table under its own name.
    public init() { tables = [:] }

    /// - Throws: `ToolkitError` for what is no such JSON.
    public init(data: some Sequence<UInt8>) throws {
        do {
            tables = try JSONDecoder().decode([String: Table?].self, from: Data(data))
        } catch {
            throw ToolkitError("the map is not JSON of the form {\"TABLE\": {\"path\": …, \"fields\": {…}}}: \(error)")
        }
    }

    /// Nil for a table that stays behind.
    func table(_ name: String) -> Table? {
        guard let known = tables[name] else { return Table() }
        return known
    }

    /// Names in the map that no table has: a mistake that would go unseen.
    func unknown(among names: Set<String>) -> [String] { tables.keys.filter { !names.contains($0) }.sorted() }
}

extension ThroughMap.Table {
    /// Nil for a field that stays behind.
    func field(_ column: String) -> String? {
        guard let known = fields?[column] else { return column }
        return known
    }
}
