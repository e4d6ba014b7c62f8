/// A piece of an XML answer. Built by services, serialised once by the wire.
public indirect enum XMLNode: Sendable, Equatable {
    /// An element with text. The text is escaped when written.
    case text(String, String)
    /// An element with children.
    case element(String, [XMLNode])
    /// Bytes that are XML already (a cached instance); written as they are.
    case raw([UInt8])

    public static func text(_ name: String, _ value: Int) -> XMLNode { .text(name, String(value)) }
    public static func text(_ name: String, _ value: Bool) -> XMLNode { .text(name, value ? "true" : "false") }

    /// `<name><item>…</item>…</name>`: a list with an element name of its own.
    public static func list(_ name: String, of item: String, _ values: [String]) -> XMLNode {
        .element(name, values.map { .text(item, $0) })
    }
}
