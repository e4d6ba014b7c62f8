import Testing

@testable import Blog

struct BlogTests {
    @Test(
        "Posts keep their rules",
        arguments: [
            (PostDraft(title: "One", content: "Two"), []),
            (PostDraft(title: String(repeating: "🦅", count: 100), content: "x"), []),
            (PostDraft(), ["title_blank", "content_blank"]),
            (PostDraft(title: " \n", content: ""), ["title_blank", "content_blank"]),
            (PostDraft(title: String(repeating: "x", count: 101), content: "x"), ["title_too_long"]),
            // One letter for a reader, and 101 for the column.
            (PostDraft(title: "e" + String(repeating: "\u{301}", count: 100), content: "x"), ["title_too_long"]),
            (PostDraft(title: "x", content: String(repeating: "🦅", count: 16_384)), ["content_too_long"]),
        ] as [(PostDraft, [String])])
    func posts(_ draft: PostDraft, _ errors: [String]) {
        do throws(Broken) {
            _ = try draft.checked()
            #expect(errors.isEmpty)
        } catch {
            #expect(error.errors == errors)
        }
    }

    @Test("What people write is text in a page")
    func pages() {
        let page = Pages.home(count: 1, [Posts.Headline(id: 7, title: "<script>alert('x & \"y\"')</script>")])
        #expect(page.contains("<h1>Posts: 1</h1>"))
        #expect(page.contains("&lt;script&gt;alert(&#39;x &amp; &quot;y&quot;&#39;)&lt;/script&gt;"))
        #expect(!page.contains("<script"))
    }
}
