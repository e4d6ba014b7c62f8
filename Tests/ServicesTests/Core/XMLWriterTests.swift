import Testing

@testable import Services

@Suite struct XMLWriterTests {
    private func written(_ body: (inout XMLWriter) -> Void) -> String {
        var writer = XMLWriter()
        body(&writer)
        return String(decoding: writer.bytes, as: UTF8.self)
    }

    @Test func escapesText() {
        #expect(written { $0.text("a", "<&>\"'\r ü") } == "<a>&lt;&amp;&gt;\"'&#13; ü</a>")
    }

    @Test func leavesOutWhatIsNil() {
        #expect(written { $0.text("a", String?.none) } == "")
        #expect(written { $0.text("a", Int?.none) } == "")
    }

    @Test func nestsAndClosesEmptyElements() {
        let text = written { xml in
            xml.element("a") { xml in
                xml.element("b") { _ in }
                xml.text("c", 1)
                xml.text("d", true)
                xml.text("e", "")
            }
        }
        #expect(text == "<a><b/><c>1</c><d>true</d><e></e></a>")
    }
}
