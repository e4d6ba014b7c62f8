internal import DatabaseClient
internal import Hummingbird
internal import Support

/// Who asks, and what he may do. The role is looked up each time: who was an administrator a moment ago is none now.
struct Doorkeeper: Sendable {
    let users: Users
    let sessions: Sessions

    struct Caller: Sendable {
        var uid: String
        var role: Role
    }

    /// - Throws: 401 for a caller who has not logged in.
    func caller(_ request: Request) async throws -> Caller {
        let words = request.headers[.authorization]?.split(separator: " ") ?? []
        guard words.count == 2, words[0].lowercased() == "bearer", let uid = await sessions.user(of: String(words[1])),
            let role = try await users.role(of: uid)
        else { throw Refusal(.unauthorized, ["login_needed"]) }
        return Caller(uid: uid, role: role)
    }

    /// - Throws: 401, and 403 for a caller who is no administrator.
    func administrator(_ request: Request) async throws {
        guard try await caller(request).role == .admin else { throw Refusal(.forbidden, ["administrator_needed"]) }
    }
}
