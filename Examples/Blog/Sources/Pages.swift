internal import Hummingbird
internal import Support

/// The pages, as HTML. What people wrote is text in them.
enum Pages {
    static func home(count: Int, _ headlines: [Posts.Headline]) -> String {
        let items = headlines.map { "<li><a href=\"/posts/\($0.id)\">\(escapedHTML($0.title))</a></li>" }
        return "<h1>Posts: \(count)</h1>\n<ul>\n\(items.joined(separator: "\n"))\n</ul>\n"
    }

    static func post(_ post: Posts.Post, _ comments: [Posts.Comment]) -> String {
        let items = comments.map { comment in
            "<li><b>\(escapedHTML(comment.author))</b> \(escapedHTML(comment.content))</li>"
        }
        return """
            <p><a href="/">All posts</a></p>
            <h1>\(escapedHTML(post.title))</h1>
            <p>\(escapedHTML(post.content))</p>
            <h2>Comments: \(comments.count)</h2>
            <ul>
            \(items.joined(separator: "\n"))
            </ul>

            """
    }

    static func response(_ body: String) -> Response {
        let page = """
            <!DOCTYPE html>
            <html lang="en">
            <head><meta charset="utf-8"><title>Blog</title></head>
            <body>
            \(body)</body>
            </html>

            """
        var headers: HTTPFields = [.contentType: "text/html; charset=utf-8", .xContentTypeOptions: "nosniff"]
        headers[.contentSecurityPolicy] = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
        return Response(status: .ok, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: page)))
    }
}
