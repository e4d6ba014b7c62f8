/// Columns of text, for people. With a header that is alone it says so.
public enum TextTable {
    /// Left-aligned columns, the header in capitals as it comes.
    public static func render(_ header: [String], _ rows: [[String]]) -> [String] {
        let widths = widths([header] + rows)
        return ([header] + rows).map { row in
            row.enumerated().map { index, cell in
                index == row.count - 1 ? cell : cell + String(repeating: " ", count: widths[index] - cell.count)
            }.joined(separator: "  ")
        }
    }

    /// As psql's aligned format: the header centred, a rule, numbers to the right, `(2 rows)`.
    public static func psql(_ columns: [String], _ rows: [[String?]]) -> [String] {
        let cells = rows.map { $0.map { printable($0 ?? "") } }
        let widths = widths([columns] + cells)
        let numeric = columns.indices.map { column in
            !cells.isEmpty && cells.allSatisfy { $0[column].isEmpty || Double($0[column]) != nil }
        }
        func line(_ parts: [String]) -> String {
            let text = parts.joined(separator: "|")
            return String(text.reversed().drop { $0 == " " }.reversed())
        }
        let header = columns.enumerated().map { index, name in
            let left = (widths[index] - name.count) / 2
            return " " + spaces(left) + name + spaces(widths[index] - name.count - left) + " "
        }
        let rule = widths.map { String(repeating: "-", count: $0 + 2) }.joined(separator: "+")
        let body = cells.map { row in
            line(
                row.enumerated().map { index, cell in
                    let gap = spaces(widths[index] - cell.count)
                    return numeric[index] ? " \(gap)\(cell) " : " \(cell)\(gap) "
                })
        }
        return [header.joined(separator: "|"), rule] + body + ["(\(rows.count) row\(rows.count == 1 ? "" : "s"))"]
    }

    private static func widths(_ rows: [[String]]) -> [Int] {
        (rows.first ?? []).indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    }

    private static func spaces(_ count: Int) -> String { String(repeating: " ", count: count) }

    /// What a database holds must not steer the terminal.
    static func printable(_ text: String) -> String {
        text.unicodeScalars.contains { $0.value < 32 || (127...159).contains($0.value) }
            ? text.unicodeScalars.map { $0.value < 32 || (127...159).contains($0.value) ? "\u{FFFD}" : String($0) }.joined()
            : text
    }
}
