import DatabaseURLs
import Testing

@Suite("Marks made harmless")
struct EscapedTextTests {
    /// An accent that goes onto whatever is before it: to Swift both are one character.
    private static let accent = "\u{301}"

    @Test("Marks are found wherever bytes would show them", arguments: ["", "\u{301}", "\u{FE0F}", "\u{200D}", "\r\n"])
    func marks(behind: String) {
        let scalars = { (text: String) in text.unicodeScalars.map(\.value) }
        #expect(scalars(EscapedText.doubling("'", in: "a'\(behind)b")) == scalars("a''\(behind)b"))
        #expect(scalars(EscapedText.doubling("\\'", in: "\\\(behind)'\(behind)")) == scalars("\\\\\(behind)''\(behind)"))
        #expect(scalars(EscapedText.backslashing("\"", in: "\"\(behind)")) == scalars("\\\"\(behind)"))
        #expect(
            scalars(EscapedText.replacing("\n", in: "a\r\n\(behind)") { _ in "x" })
                == scalars("a\rx" + behind.replacing("\r\n", with: "\rx")))
    }

    @Test("What holds no mark stays byte for byte")
    func unchanged() {
        let text = "e\(Self.accent)\u{E9}\u{1F426}\0\r\n"
        #expect(Array(EscapedText.doubling("'\"`", in: text).utf8) == Array(text.utf8))
    }
}
