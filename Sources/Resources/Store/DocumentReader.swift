/// Whatever documents can be read from: the store as it is committed, or a transaction with its own writes.
public protocol DocumentReader {
    func get<T: Document>(_ type: T.Type, region: String, id: String) -> T?
    func find<T: Document>(_ type: T.Type, region: String, name: String) -> T?
    /// Every document of a kind, ordered by region, then name. A nil region means all regions.
    func list<T: Document>(_ type: T.Type, region: String?) -> [T]
}

extension Store: DocumentReader {}
extension StoreTransaction: DocumentReader {}
