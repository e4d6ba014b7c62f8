internal import Synchronization

/// Every document, decoded. A value: a transaction works on a copy and the copy replaces the original at commit.
struct DocumentMemory: Sendable {
    struct Key: Hashable, Sendable {
        var region: String
        /// An id or a name.
        var text: String
    }

    struct Table: Sendable {
        var byID: [Key: any Document] = [:]
        var idByName: [Key: String] = [:]
    }

    private(set) var tables: [String: Table] = [:]
    private(set) var revision: UInt64 = 0

    func get<T: Document>(_ type: T.Type, region: String, id: String) -> T? {
        tables[T.kind]?.byID[Key(region: region, text: id)] as? T
    }

    func find<T: Document>(_ type: T.Type, region: String, name: String) -> T? {
        guard let id = tables[T.kind]?.idByName[Key(region: region, text: name)] else { return nil }
        return get(type, region: region, id: id)
    }

    func list<T: Document>(_ type: T.Type, region: String?) -> [T] {
        guard let table = tables[T.kind] else { return [] }
        let all = table.byID.values.compactMap { $0 as? T }
        let wanted = region.map { region in all.filter { $0.region == region } } ?? all
        return wanted.sorted { ($0.region, $0.name) < ($1.region, $1.name) }
    }

    mutating func put<T: Document>(_ document: T) {
        var table = tables.removeValue(forKey: T.kind) ?? Table()
        let key = Key(region: document.region, text: document.id)
        if let former = table.byID[key], former.name != document.name {
            table.idByName[Key(region: former.region, text: former.name)] = nil
        }
        table.byID[key] = document
        table.idByName[Key(region: document.region, text: document.name)] = document.id
        tables[T.kind] = table
    }

    mutating func remove<T: Document>(_ type: T.Type, region: String, id: String) {
        guard var table = tables.removeValue(forKey: T.kind) else { return }
        if let former = table.byID.removeValue(forKey: Key(region: region, text: id)) {
            table.idByName[Key(region: region, text: former.name)] = nil
        }
        tables[T.kind] = table
    }

    func advanced() -> DocumentMemory {
        var next = self
        next.revision += 1
        return next
    }
}

/// The committed view, shared by all readers.
final class DocumentMirror: Sendable {
    private let state: Mutex<DocumentMemory>

    init(_ view: DocumentMemory) { state = Mutex(view) }

    var view: DocumentMemory { state.withLock { $0 } }

    func replace(with view: DocumentMemory) { state.withLock { $0 = view } }
}
