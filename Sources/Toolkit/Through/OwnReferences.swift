/// The references of a table's rows to rows of the same table: an answer to its question, an employee to a manager.
struct OwnReferences {
    /// For each reference where its values are among those of a row, in the order of the key that they make.
    private let places: [[Int]]

    /// Only references to the primary key: by another column no row can be found again.
    ///
    /// - Parameter map: what stays behind refers to nothing.
    init(_ table: TableShape, _ map: ThroughMap.Table) {
        let names = table.copied.map(\.name)
        let key = names.filter(table.primaryKey.contains)
        places = table.foreignKeys.compactMap { reference in
            guard reference.table == table.name, reference.leads(toKey: table.primaryKey),
                reference.columns.allSatisfy({ map.field($0) != nil })
            else { return nil }
            let columns = Dictionary(zip(reference.referred, reference.columns)) { first, _ in first }
            let found = key.compactMap { columns[$0].flatMap(names.firstIndex(of:)) }
            return found.count == table.primaryKey.count ? found : nil
        }
    }

    /// The keys of the rows that must be there before this one. A reference with a NULL in it refers to nothing.
    func parents(of values: [String?]) -> [String] {
        places.compactMap { places in
            let parts = places.compactMap { values[$0] }
            return parts.count == places.count ? ThroughKey.text(parts) : nil
        }
    }
}
