import Testing

@testable import AWSWire

@Suite("XML")
struct XMLWriterTests {
    func text(_ nodes: [XMLNode]) -> String { String(decoding: XMLWriter.bytes(of: nodes), as: UTF8.self) }

    @Test(
        "Escaped",
        arguments: [
            ("", ""), ("plain", "plain"), ("a<b>&\"c'", "a&lt;b&gt;&amp;&quot;c'"), ("&amp;", "&amp;amp;"), ("ü€🐦", "ü€🐦"),
            ("tab\tline\n", "tab\tline\n"), ("cr\r\n", "cr&#xD;\n"),
            ("\0\u{1}\u{8}\u{B}\u{C}\u{E}\u{1F}", String(repeating: "\u{FFFD}", count: 7)),
            ("a\u{FFFE}b\u{FFFF}", "a\u{FFFD}b\u{FFFD}"), ("\u{FFFD}\u{FFFC}\u{F000}", "\u{FFFD}\u{FFFC}\u{F000}"),
            ("\u{7F}", "\u{7F}"),
            ("]]>", "]]&gt;"),
        ])
    func escaped(_ text: String, _ expected: String) {
        #expect(self.text([.text("a", text)]) == "<a>\(expected)</a>")
    }

    @Test("Elements, lists, and raw bytes as they are")
    func nested() {
        let nodes: [XMLNode] = [
            .element("A", [.text("b", 1), .text("c", true), .text("d", false), .raw(Array("<e/>&".utf8))]),
            .list("L", of: "M", ["x", "y"]), .element("N", []),
        ]
        #expect(text(nodes) == "<A><b>1</b><c>true</c><d>false</d><e/>&</A><L><M>x</M><M>y</M></L><N></N>")
    }

    @Test("The size is known before")
    func size() {
        let nodes: [XMLNode] = [.element("A", [.text("b", "cd"), .raw([1, 2, 3])]), .text("ü", "ö")]
        #expect(XMLWriter.size(of: nodes) == XMLWriter.bytes(of: nodes).count)
    }

    @Test("A cached node is what the node is")
    func cached() {
        let node = XMLNode.element("A", [.text("b", "<")])
        #expect(text([.raw(node.bytes)]) == text([node]))
    }

    @Test(
        "JSON texts",
        arguments: [("", #""""#), ("a\"\\/", #""a\"\\/""#), ("\n\r\t\0\u{1F}", #""\n\r\t\u0000\u001f""#), ("ü🐦", #""ü🐦""#)])
    func json(_ text: String, _ expected: String) {
        var bytes: [UInt8] = []
        JSONText.append(text, to: &bytes)
        #expect(String(decoding: bytes, as: UTF8.self) == expected)
    }
}
