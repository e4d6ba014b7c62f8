/// An XML answer of the control plane as a tree: elements and text, which is all that it writes.
struct AnswerTree: Sendable, Equatable {
    static let depthLimit = 32

    var name: String
    var text = ""
    var children: [AnswerTree] = []

    /// Nil for what is not well-formed.
    init?(_ bytes: some Sequence<UInt8>) {
        var rest = Substring(String(decoding: Array(bytes), as: UTF8.self))
        if rest.hasPrefix("<?") { rest = rest.drop { $0 != ">" }.dropFirst() }
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

    private static func element(_ rest: inout Substring, depth: Int) -> AnswerTree? {
        rest = rest.drop(while: \.isWhitespace)
        guard depth < depthLimit, rest.first == "<", let end = rest.firstIndex(of: ">") else { return nil }
        let tag = rest[rest.index(after: rest.startIndex)..<end]
        rest = rest[rest.index(after: end)...]
        var node = AnswerTree(name: String(tag.prefix { !$0.isWhitespace && $0 != "/" }))
        if tag.hasSuffix("/") { return node }
        node.text = unescaped(rest.prefix { $0 != "<" })
        rest = rest.drop { $0 != "<" }
        while !rest.hasPrefix("</") {
            guard let child = element(&rest, depth: depth + 1) else { return nil }
            node.children.append(child)
            rest = rest.drop(while: \.isWhitespace)
        }
        let closing = "</\(node.name)>"
        guard rest.hasPrefix(closing) else { return nil }
        rest = rest.dropFirst(closing.count)
        return node
    }

    private static func unescaped(_ text: Substring) -> String {
        String(text).replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&#13;", with: "\r")
            .replacing("&quot;", with: "\"").replacing("&amp;", with: "&")
    }
}
