internal import DatabaseClient
internal import Hummingbird
internal import Support

struct UserRoutes: Sendable {
    let users: Users
    let doorkeeper: Doorkeeper

    private static let absent = Refusal.notFound("user_not_found")

    func add(to router: Router<BasicRequestContext>) {
        router.get("/api/users") { request, _ in try await list(request) }
        router.post("/api/users") { request, _ in try await create(request) }
        router.get("/api/users/{uid}") { request, context in
            _ = try await doorkeeper.caller(request)
            return try await shown(Routes.key(context, "uid"))
        }
        router.put("/api/users/{uid}") { request, context in try await change(request, Routes.key(context, "uid")) }
        router.delete("/api/users/{uid}") { request, context in
            try await doorkeeper.administrator(request)
            let uid = Routes.key(context, "uid")
            guard try await users.delete(uid) else { throw Self.absent }
            await doorkeeper.sessions.end(uid)
            return Response(status: .noContent)
        }
    }

    private func list(_ request: Request) async throws -> Response {
        _ = try await doorkeeper.caller(request)
        let limit = request.uri.queryParameters.get("limit").map { Int($0) } ?? 100
        guard let limit, (1...1000).contains(limit) else { throw Refusal.unprocessable(["limit_invalid"]) }
        let after = request.uri.queryParameters.get("after") ?? ""
        return Response.json(try await users.list(limit: limit, after: after).text)
    }

    private func create(_ request: Request) async throws -> Response {
        try await doorkeeper.administrator(request)
        let draft = try await request.json(UserDraft.self)
        let user = try await Routes.kept {
            let user = try draft.checked()
            // Hashes come by migration alone.
            if case .hashed = user.password { throw Broken(errors: ["password_is_a_hash"]) }
            try await users.create(user)
            return user
        }
        return try await shown(user.uid, .created)
    }

    private func change(_ request: Request, _ uid: String) async throws -> Response {
        let caller = try await doorkeeper.caller(request)
        let change = try await request.json(UserChange.self)
        guard caller.role == .admin || caller.uid == uid && change.role == nil else {
            throw Refusal(.forbidden, ["administrator_needed"])
        }
        guard try await Routes.kept({ try await users.change(uid, try change.checked()) }) else { throw Self.absent }
        if change.password != nil { await doorkeeper.sessions.end(uid) }
        return try await shown(uid)
    }

    private func shown(_ uid: String, _ status: HTTPResponse.Status = .ok) async throws -> Response {
        guard let user = try await users.show(uid) else { throw Self.absent }
        return Response.json(user.text, status: status)
    }
}
