internal import Foundation
internal import GRDB

/// The inside of `Store.write`: reads see the transaction's own writes.
public struct StoreTransaction {
    let db: Database
    private(set) var view: DocumentMemory
    private(set) var touched: [StoreChange.Reference] = []

    init(db: Database, view: DocumentMemory) {
        self.db = db
        self.view = view
    }

    public func get<T: Document>(_ type: T.Type, region: String, id: String) -> T? {
        view.get(type, region: region, id: id)
    }

    public func find<T: Document>(_ type: T.Type, region: String, name: String) -> T? {
        view.find(type, region: region, name: name)
    }

    public func list<T: Document>(_ type: T.Type, region: String? = nil) -> [T] {
        view.list(type, region: region)
    }

    /// - Throws: `StoreError.nameTaken` when its name or id is in use.
    public mutating func insert<T: Document>(_ document: T) throws {
        try DocumentTable.insert(db, document)
        keep(document)
    }

    /// Changes a document where it is; writes nothing when `change` leaves it as it was.
    ///
    /// - Throws: `StoreError.missing`, `StoreError.nameTaken` for a new name in use.
    @discardableResult
    public mutating func update<T: Document>(
        _ type: T.Type, region: String, id: String, _ change: (inout T) throws -> Void
    ) throws -> T {
        guard let former = get(type, region: region, id: id) else {
            throw StoreError.missing(kind: T.kind, region: region, id: id)
        }
        var document = former
        try change(&document)
        guard document != former else { return former }
        precondition(document.id == former.id && document.region == former.region, "an identity never changes")
        try DocumentTable.update(db, document)
        keep(document)
        return document
    }

    /// Deleting what is not there changes nothing.
    public mutating func delete<T: Document>(_ type: T.Type, region: String, id: String) throws {
        guard let former = get(type, region: region, id: id) else { return }
        try DocumentTable.delete(db, kind: T.kind, region: region, id: id)
        view.remove(type, region: region, id: id)
        touched.append(StoreChange.Reference(kind: T.kind, region: region, id: id, name: former.name))
    }

    /// Adds an event to the log.
    public mutating func record(_ event: DBEvent) throws {
        try EventTable.insert(db, event)
    }

    private mutating func keep<T: Document>(_ document: T) {
        view.put(document)
        touched.append(
            StoreChange.Reference(kind: T.kind, region: document.region, id: document.id, name: document.name))
    }
}
