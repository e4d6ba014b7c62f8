internal import AWSWire
internal import Foundation

/// One page of a list. The marker is opaque to clients.
struct Page<Item> {
    var items: [Item]
    /// What to send to get the next page; nil on the last.
    var marker: String?

    /// The marker as an XML answer has it; nothing on the last page.
    func markerNodes(_ name: String = "Marker") -> [XMLNode] { marker.map { [.text(name, $0)] } ?? [] }
}

enum Paging {
    /// Pages a list that is ordered by `key`: the marker names the last key of a page, so that what comes and goes meanwhile
    /// neither repeats nor hides an item.
    static func page<Item>(_ items: [Item], after marker: String?, limit: Int, key: (Item) -> String) throws -> Page<Item> {
        let last = try marker.map { try decode($0, kind: "k") }
        let rest = last.map { last in items.drop { key($0) <= last } } ?? items[...]
        let page = Array(rest.prefix(limit))
        let more = rest.count > limit ? page.last.map { encode("k", key($0)) } : nil
        return Page(items: page, marker: more)
    }

    /// Pages a list that does not change: the marker counts.
    static func page<Item>(_ items: [Item], after marker: String?, limit: Int) throws -> Page<Item> {
        let start = try marker.map { try offset($0) } ?? 0
        let rest = items.dropFirst(start)
        let more = rest.count > limit ? encode("n", String(start + limit)) : nil
        return Page(items: Array(rest.prefix(limit)), marker: more)
    }

    /// `MaxRecords` within the limits of the operation.
    static func limit(_ request: Request, _ range: ClosedRange<Int> = 20...100, default standard: Int = 100) throws -> Int {
        guard let asked = try request.integer("MaxRecords") else { return standard }
        guard range.contains(asked) else {
            throw Fault.invalidParameterValue(
                "Invalid value \(asked) for MaxRecords. Must be between \(range.lowerBound) and \(range.upperBound).")
        }
        return asked
    }

    static func encode(_ kind: String, _ text: String) -> String {
        Data("\(kind)\(text)".utf8).base64EncodedString()
    }

    static func decode(_ marker: String, kind: String) throws -> String {
        guard let data = Data(base64Encoded: marker), let text = String(bytes: data, encoding: .utf8),
            text.hasPrefix(kind), marker.count <= 1024
        else { throw InvalidMarker() }
        return String(text.dropFirst())
    }

    private static func offset(_ marker: String) throws -> Int {
        guard let number = Int(try decode(marker, kind: "n")), number >= 0 else { throw InvalidMarker() }
        return number
    }
}

/// A marker that no page of this list carried.
struct InvalidMarker: Error {}
