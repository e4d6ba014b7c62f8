internal import DatabaseClient
internal import Foundation
internal import Hummingbird
internal import Support

/// The pages and the API.
enum Routes {
    static func router(_ database: Database) -> Router<BasicRequestContext> {
        let router = Router.app(database, healthCheck: "/health")
        addPages(to: router, Posts(database))
        addReading(to: router, Posts(database))
        addWriting(to: router, Posts(database))
        return router
    }

    private static func addPages(to router: Router<BasicRequestContext>, _ posts: Posts) {
        router.get("/") { _, _ in
            Pages.response(Pages.home(count: try await posts.count(), try await posts.headlines()))
        }
        router.get("/posts/{id}") { _, context in
            guard let (post, comments) = try await posts.post(try identity(context)) else { throw absent }
            return Pages.response(Pages.post(post, comments))
        }
    }

    private static func addReading(to router: Router<BasicRequestContext>, _ posts: Posts) {
        router.get("/api/posts") { request, _ in
            let limit = try number(request, "limit", 1...Posts.most) ?? Posts.usual
            let before = try number(request, "before", 1...Int(Int32.max))
            return Response.json(try await posts.page(limit: limit, before: before).text)
        }
        router.get("/api/posts/{id}") { _, context in
            guard let (post, comments) = try await posts.post(try identity(context)) else { throw absent }
            return Response.json(try JSONEncoder().encode(Shown(post, comments)))
        }
    }

    private static func addWriting(to router: Router<BasicRequestContext>, _ posts: Posts) {
        router.post("/api/posts") { request, _ in
            let post = try await checked { try await request.json(PostDraft.self).checked() }
            let id = try await posts.add(post)
            return Response.json("{\"id\": \(id)}", status: .created, headers: [.location: "/api/posts/\(id)"])
        }
        router.put("/api/posts/{id}") { request, context in
            let id = try identity(context)
            let post = try await checked { try await request.json(PostDraft.self).checked() }
            guard try await posts.change(id, to: post) else { throw absent }
            return Response.json("{\"id\": \(id)}")
        }
        router.delete("/api/posts/{id}") { _, context in
            guard try await posts.delete(try identity(context)) else { throw absent }
            return Response(status: .noContent)
        }
        router.post("/api/posts/{id}/comments") { request, context in
            let post = try identity(context)
            let comment = try await checked { try await request.json(CommentDraft.self).checked() }
            guard let id = try await posts.comment(comment, on: post) else { throw absent }
            return Response.json("{\"id\": \(id)}", status: .created)
        }
    }

    private struct Shown: Encodable {
        struct Comment: Encodable {
            var id: Int
            var author: String
            var content: String
            var created_at: String
        }
        var id: Int
        var title: String
        var content: String
        var created_at: String
        var comments: [Comment]

        init(_ post: Posts.Post, _ comments: [Posts.Comment]) {
            (id, title, content, created_at) = (post.id, post.title, post.content, post.createdAt)
            self.comments = comments.map {
                Comment(id: $0.id, author: $0.author, content: $0.content, created_at: $0.createdAt)
            }
        }
    }

    private static let absent = Refusal.notFound("post_not_found")

    private static func identity(_ context: BasicRequestContext) throws -> Int {
        guard let id = context.parameters.get("id").flatMap({ Int32($0) }), id > 0 else { throw absent }
        return Int(id)
    }

    private static func number(_ request: Request, _ name: String, _ range: ClosedRange<Int>) throws -> Int? {
        guard let text = request.uri.queryParameters.get(name) else { return nil }
        guard let number = Int(text), range.contains(number) else { throw Refusal.unprocessable(["\(name)_invalid"]) }
        return number
    }

    private static func checked<Value>(_ body: () async throws -> Value) async throws -> Value {
        do { return try await body() } catch let broken as Broken { throw Refusal.unprocessable(broken.errors) }
    }
}
