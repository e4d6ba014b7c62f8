/// An XML answer of the control plane as a tree: elements and text, which is all that it writes.
struct AnswerTree: Sendable, Equatable {
    static let depthLimit = 32

    var name: String
    var text = ""
    var children: [AnswerTree] = []

    /// Nil for what is not well-formed.
    init?(_ bytes: some Sequence<UInt8>) {
        // Bytes, not characters: a text may begin with what would join the bracket before it into one character.
        var rest = Array(bytes)[...]
        if rest.starts(with: "<?".utf8) { rest = rest.drop { $0 != Self.close }.dropFirst() }
        guard let root = Self.element(&rest, depth: 0) else { return nil }
        self = root
    }

    private init(name: String) { self.name = name }

    /// The first child of that name.
    subscript(name: String) -> AnswerTree? { children.first { $0.name == name } }

    /// The text of the first element along the path of names (`referencedGroupInfo.groupId`).
    func text(_ path: String) -> String? {
        var node: AnswerTree? = self
        for name in path.split(separator: ".") { node = node?[String(name)] }
        return node?.text
    }

    private static let open = UInt8(ascii: "<")
    private static let close = UInt8(ascii: ">")
    private static let slash = UInt8(ascii: "/")

    private static func isSpace(_ byte: UInt8) -> Bool { [0x20, 0x09, 0x0A, 0x0D].contains(byte) }

    private static func element(_ rest: inout ArraySlice<UInt8>, depth: Int) -> AnswerTree? {
        rest = rest.drop(while: isSpace)
        guard depth < depthLimit, rest.first == open, let end = rest.firstIndex(of: close) else { return nil }
        let tag = rest[(rest.startIndex + 1)..<end]
        rest = rest[(end + 1)...]
        var node = AnswerTree(name: String(decoding: tag.prefix { !isSpace($0) && $0 != slash }, as: UTF8.self))
        if tag.last == slash { return node }
        let text = rest.prefix { $0 != open }
        node.text = unescaped(text)
        rest = rest.dropFirst(text.count)
        while !rest.starts(with: "</".utf8) {
            guard let child = element(&rest, depth: depth + 1) else { return nil }
            node.children.append(child)
            rest = rest.drop(while: isSpace)
        }
        let closing = "</\(node.name)>".utf8
        guard rest.starts(with: closing) else { return nil }
        rest = rest.dropFirst(closing.count)
        return node
    }

    private static func unescaped(_ bytes: ArraySlice<UInt8>) -> String {
        let text = String(decoding: bytes, as: UTF8.self)
        guard bytes.contains(UInt8(ascii: "&")) else { return text }
        return text.replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&#13;", with: "\r")
            .replacing("&#xD;", with: "\r").replacing("&quot;", with: "\"").replacing("&amp;", with: "&")
    }
}
