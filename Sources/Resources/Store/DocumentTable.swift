internal import Foundation
internal import GRDB

/// The SQL of table `document`.
enum DocumentTable {
    static func insert<T: Document>(_ db: Database, _ document: T) throws {
        try translatingConstraint(document) {
            try db.execute(
                sql: "INSERT INTO document (kind, region, id, name, body) VALUES (?, ?, ?, ?, ?)",
                arguments: [T.kind, document.region, document.id, document.name, try JSONEncoder().encode(document)])
        }
    }

    static func update<T: Document>(_ db: Database, _ document: T) throws {
        try translatingConstraint(document) {
            try db.execute(
                sql: "UPDATE document SET name = ?, body = ? WHERE kind = ? AND region = ? AND id = ?",
                arguments: [document.name, try JSONEncoder().encode(document), T.kind, document.region, document.id])
        }
    }

    static func delete(_ db: Database, kind: String, region: String, id: String) throws {
        try db.execute(
            sql: "DELETE FROM document WHERE kind = ? AND region = ? AND id = ?", arguments: [kind, region, id])
    }

    private static func translatingConstraint<T: Document>(_ document: T, _ body: () throws -> Void) throws {
        do {
            try body()
        } catch let error as DatabaseError where error.resultCode == .SQLITE_CONSTRAINT {
            throw StoreError.nameTaken(kind: T.kind, region: document.region, name: document.name)
        }
    }
}
