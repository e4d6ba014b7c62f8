/// Which table comes first: those that others refer to.
public enum TableOrder {
    /// Tables in foreign-key order; by name where nothing else decides. In a ring of references the name decides too.
    public static func sorted(_ tables: [TableShape]) -> [TableShape] {
        var left = tables.sorted { $0.name.description < $1.name.description }
        var done: Set<TableName> = []
        var order: [TableShape] = []
        while !left.isEmpty {
            let names = Set(left.map(\.name))
            let index = left.firstIndex { table in
                table.foreignKeys.allSatisfy { $0.table == table.name || done.contains($0.table) || !names.contains($0.table) }
            }
            let next = left.remove(at: index ?? 0)
            done.insert(next.name)
            order.append(next)
        }
        return order
    }

    /// The tables that refer to each other in a ring; for these no order is right.
    public static func rings(_ tables: [TableShape]) -> [TableName] {
        var seen: Set<TableName> = []
        return sorted(tables).compactMap { table in
            defer { seen.insert(table.name) }
            let refersAhead = table.foreignKeys.contains { key in
                key.table != table.name && !seen.contains(key.table) && tables.contains { $0.name == key.table }
            }
            return refersAhead ? table.name : nil
        }
    }
}
