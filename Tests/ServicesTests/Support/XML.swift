import AWSWire

/// An XML answer as a tree, for tests to look into.
struct XML: Equatable {
    var name: String
    var text = ""
    var children: [XML] = []

    /// The first descendant along a path of child names.
    subscript(path: String) -> XML? {
        var node: XML? = self
        for step in path.split(separator: ".") { node = node?.children.first { $0.name == step } }
        return node
    }

    func all(_ path: String) -> [XML] { self[path]?.children ?? [] }

    static func text(of answer: Answer) -> String {
        guard case .xml(let nodes) = answer else { return "" }
        return nodes.map(render).joined()
    }

    private static func render(_ node: XMLNode) -> String {
        switch node {
        case .text(let name, let value): "<\(name)>\(value.replacing("&", with: "&amp;").replacing("<", with: "&lt;"))</\(name)>"
        case .element(let name, let children): "<\(name)>\(children.map(render).joined())</\(name)>"
        case .raw(let bytes): String(decoding: bytes, as: UTF8.self)
        }
    }

    init(_ answer: Answer) {
        self.init(name: "answer")
        var rest = Substring(Self.text(of: answer))
        children = Self.parse(&rest)
        precondition(rest.isEmpty, "not well-formed from here: \(rest.prefix(80))")
    }

    init(name: String) { self.name = name }

    /// Elements and text only: answers have neither attributes nor comments.
    private static func parse(_ rest: inout Substring) -> [XML] {
        var nodes: [XML] = []
        while rest.first == "<", !rest.hasPrefix("</") {
            guard let end = rest.firstIndex(of: ">") else { break }
            var node = XML(name: String(rest[rest.index(after: rest.startIndex)..<end]))
            rest = rest[rest.index(after: end)...]
            if node.name.hasSuffix("/") {
                node.name.removeLast()
                nodes.append(node)
                continue
            }
            node.text = unescape(rest.prefix { $0 != "<" })
            rest = rest.drop { $0 != "<" }
            node.children = parse(&rest)
            precondition(rest.hasPrefix("</\(node.name)>"), "\(node.name) is not closed: \(rest.prefix(80))")
            rest = rest.dropFirst(node.name.count + 3)
            nodes.append(node)
        }
        return nodes
    }

    private static func unescape(_ text: Substring) -> String {
        String(text).replacing("&lt;", with: "<").replacing("&gt;", with: ">").replacing("&amp;", with: "&")
    }
}
