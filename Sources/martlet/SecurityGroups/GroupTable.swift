/// Security groups as text for people.
enum GroupTable {
    static func render(_ report: GroupReport) -> String {
        report.groups.map(render).joined(separator: "\n\n")
    }

    private static func render(_ group: GroupReport.Group) -> String {
        var lines = ["\(group.id)  \(group.name)  \(group.description)"]
        lines.append("  instances   \(group.instances.isEmpty ? "none" : group.instances.joined(separator: ", "))")
        if !group.registered.isEmpty { lines.append("  registered  \(group.registered.joined(separator: ", "))") }
        let rows = group.rules.map { [$0.id, $0.direction, $0.traffic, $0.peer, $0.description ?? ""] }
        let widths = (0..<5).map { column in rows.map { $0[column].count }.max() ?? 0 }
        for row in rows {
            let cells = row.indices.map { row[$0] + String(repeating: " ", count: widths[$0] - row[$0].count) }
            lines.append("  " + cells.joined(separator: "  ").trimmedRight)
        }
        return lines.joined(separator: "\n")
    }
}

extension String {
    fileprivate var trimmedRight: String {
        var text = self
        while text.last == " " { text.removeLast() }
        return text
    }
}
