internal import Foundation
internal import GRDB
internal import Logging

/// A document that could not be read: set aside in table `quarantine`, byte for byte.
public struct QuarantinedDocument: Sendable, Equatable {
    public var kind: String
    public var region: String
    public var id: String
    public var name: String
    public var reason: String
}

/// Reads every document once, at start.
enum StoreLoader {
    private struct Row {
        var kind: String
        var region: String
        var id: String
        var name: String
        var body: Data
    }

    /// The kinds of documents there are. A kind that is missing here cannot be read back.
    private static let kinds: [String: @Sendable (Data, inout DocumentMemory) throws -> Void] = [
        DBInstance.kind: { try put(DBInstance.self, $0, &$1) },
        DefaultCertificate.kind: { try put(DefaultCertificate.self, $0, &$1) },
        DBOptionGroup.kind: { try put(DBOptionGroup.self, $0, &$1) },
        DBParameterGroup.kind: { try put(DBParameterGroup.self, $0, &$1) },
        DBSubnetGroup.kind: { try put(DBSubnetGroup.self, $0, &$1) },
        EndpointAddress.kind: { try put(EndpointAddress.self, $0, &$1) },
        KMSAlias.kind: { try put(KMSAlias.self, $0, &$1) },
        KMSKey.kind: { try put(KMSKey.self, $0, &$1) },
        Secret.kind: { try put(Secret.self, $0, &$1) },
        SecurityGroup.kind: { try put(SecurityGroup.self, $0, &$1) },
        SecurityGroupMember.kind: { try put(SecurityGroupMember.self, $0, &$1) },
    ]

    /// All that can be decoded. What cannot moves to the quarantine and is returned with what lay there before.
    static func load(
        from database: DatabaseQueue, logger: Logger
    ) throws -> (view: DocumentMemory, quarantined: [QuarantinedDocument]) {
        try database.write { db in
            var view = DocumentMemory()
            for row in try rows(db) {
                do {
                    guard let decode = kinds[row.kind] else {
                        throw StoreError.unusable(reason: "this Martlet knows no documents of kind \(row.kind)")
                    }
                    try decode(row.body, &view)
                } catch {
                    logger.error(
                        "document set aside, it cannot be read",
                        metadata: ["kind": "\(row.kind)", "id": "\(row.id)", "reason": "\(error)"])
                    try setAside(db, row, reason: "\(error)")
                }
            }
            return (view, try quarantine(db))
        }
    }

    private static func put<T: Document>(_ type: T.Type, _ body: Data, _ memory: inout DocumentMemory) throws {
        memory.put(try JSONDecoder().decode(type, from: body))
    }

    private static func rows(_ db: Database) throws -> [Row] {
        try GRDB.Row.fetchAll(db, sql: "SELECT kind, region, id, name, body FROM document").map {
            Row(kind: $0[0], region: $0[1], id: $0[2], name: $0[3], body: $0[4])
        }
    }

    private static func setAside(_ db: Database, _ row: Row, reason: String) throws {
        try db.execute(
            sql: "INSERT INTO quarantine (kind, region, id, name, body, reason, date) VALUES (?, ?, ?, ?, ?, ?, ?)",
            arguments: [
                row.kind, row.region, row.id, row.name, row.body, reason, Date().timeIntervalSince1970,
            ])
        try DocumentTable.delete(db, kind: row.kind, region: row.region, id: row.id)
    }

    private static func quarantine(_ db: Database) throws -> [QuarantinedDocument] {
        try GRDB.Row.fetchAll(db, sql: "SELECT kind, region, id, name, reason FROM quarantine ORDER BY date").map {
            QuarantinedDocument(kind: $0[0], region: $0[1], id: $0[2], name: $0[3], reason: $0[4])
        }
    }
}
