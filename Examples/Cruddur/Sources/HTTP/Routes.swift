internal import DatabaseClient
internal import Foundation
internal import Hummingbird
internal import Support
internal import Tracing

/// Cruddur's API.
enum Routes {
    static func router(_ activities: Activities) -> Router<BasicRequestContext> {
        let router = Router.app(activities.database, healthCheck: "/api/health-check")
        PageRoutes.add(to: router)
        addReading(to: router, activities)
        addWriting(to: router, activities)
        return router
    }

    private static func addReading(to router: Router<BasicRequestContext>, _ activities: Activities) {
        router.get("/api/activities/home") { request, _ in
            Response.json(try await spanned("home-activities") { try await activities.home(page(request)) })
        }
        router.get("/api/activities/search") { request, _ in
            let term = request.uri.queryParameters.get("term") ?? ""
            guard !Words.isBlank(term) else { throw Refusal.unprocessable(["term_blank"]) }
            guard term.count <= 100, Words.canBeStored(term) else { throw Refusal.unprocessable(["term_invalid"]) }
            return Response.json(try await spanned("search-activities") { try await activities.search(term, page(request)) })
        }
        router.get("/api/activities/@{handle}") { request, context in
            let handle = try text(context, "handle")
            let found = try await spannedIfFound("user-activities") { try await activities.said(by: handle, page(request)) }
            guard let found else { throw Refusal.notFound("user_not_found") }
            return Response.json(found)
        }
        router.get("/api/activities/{uuid}") { _, context in
            let id = try identity(context)
            let found = try await spannedIfFound("show-activity") { try await activities.activity(id) }
            guard let found else { throw Refusal.notFound("activity_not_found") }
            return Response.json(found)
        }
    }

    private static func addWriting(to router: Router<BasicRequestContext>, _ activities: Activities) {
        router.post("/api/activities") { request, _ in
            let draft = try await request.json(ActivityDraft.self)
            return Response.json(
                try await kept { try await activities.create(try NewActivity.activity(draft)) }.text, status: .created)
        }
        router.post("/api/activities/{uuid}/reply") { request, context in
            let id = try identity(context)
            let draft = try await request.json(ActivityDraft.self)
            return Response.json(
                try await kept { try await activities.reply(try NewActivity.reply(draft), to: id) }.text, status: .created)
        }
        router.post("/api/activities/{uuid}/likes") { request, context in
            try await like(request, context, activities, true)
        }
        router.delete("/api/activities/{uuid}/likes") { request, context in
            try await like(request, context, activities, false)
        }
    }

    private struct Fan: Decodable {
        var user_handle: String?
    }

    private static func like(
        _ request: Request, _ context: BasicRequestContext, _ activities: Activities, _ likes: Bool
    ) async throws -> Response {
        let id = try identity(context)
        let handle = try await request.json(Fan.self).user_handle ?? ""
        guard !Words.isBlank(handle) else { throw Refusal.unprocessable(["user_handle_blank"]) }
        guard Words.canBeStored(handle) else { throw Refusal.unprocessable(["zero_byte"]) }
        let count = try await kept { try await activities.like(id, by: handle, likes) }
        return Response.json("{\"likes_count\": \(count)}")
    }

    // MARK: What requests say

    private static func page(_ request: Request) throws -> FeedPage {
        do throws(FeedPage.Broken) {
            return try FeedPage(
                limit: request.uri.queryParameters.get("limit"), before: request.uri.queryParameters.get("before"))
        } catch {
            throw Refusal.unprocessable(error.errors)
        }
    }

    private static func identity(_ context: BasicRequestContext) throws -> UUID {
        guard let id = context.parameters.get("uuid").flatMap(UUID.init(uuidString:)) else {
            throw Refusal.notFound("activity_not_found")
        }
        return id
    }

    private static func text(_ context: BasicRequestContext, _ name: String) throws -> String {
        let text = context.parameters.get(name)?.removingPercentEncoding ?? ""
        guard !Words.isBlank(text), Words.canBeStored(text) else { throw Refusal.notFound("user_not_found") }
        return text
    }

    /// Rules that were not kept, as answers.
    private static func kept<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let broken as NewActivity.Broken {
            throw Refusal.unprocessable(broken.errors)
        } catch Activities.Absent.user {
            throw Refusal.unprocessable(["user_not_found"])
        } catch Activities.Absent.activity {
            throw Refusal.notFound("activity_not_found")
        }
    }

    // MARK: Spans

    /// The notes' span around the work: when, and how many rows it found.
    private static func spanned(_ name: String, _ body: () async throws -> JSONText) async throws -> String {
        try await withSpan(name) { span in
            span.attributes["app.now"] = Date.now.ISO8601Format()
            let found = try await body()
            span.attributes["app.result_length"] = found.rowCount
            return found.text
        }
    }

    private static func spannedIfFound(_ name: String, _ body: () async throws -> JSONText?) async throws -> String? {
        try await withSpan(name) { span in
            span.attributes["app.now"] = Date.now.ISO8601Format()
            let found = try await body()
            span.attributes["app.result_length"] = found?.rowCount ?? 0
            return found?.text
        }
    }
}
