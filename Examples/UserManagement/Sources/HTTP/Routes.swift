internal import DatabaseClient
internal import Foundation
internal import Hummingbird
internal import Support

/// The API. Whoever has logged in may look; administrators may change; everybody may change his own name, address and password.
enum Routes {
    static func router(_ database: Database) -> Router<BasicRequestContext> {
        let router = Router.app(database, healthCheck: "/api/health")
        let doorkeeper = Doorkeeper(users: Users(database), sessions: Sessions())
        addLogin(to: router, doorkeeper)
        UserRoutes(users: Users(database), doorkeeper: doorkeeper).add(to: router)
        GroupRoutes(groups: Groups(database), doorkeeper: doorkeeper).add(to: router)
        return router
    }

    private struct Login: Decodable {
        var uid: String
        var password: String
    }

    private static func addLogin(to router: Router<BasicRequestContext>, _ doorkeeper: Doorkeeper) {
        router.post("/api/login") { request, _ in
            let login = try await request.json(Login.self, limit: 4096)
            let uid = login.uid.lowercased()
            guard login.password.utf8.count <= 512, try await doorkeeper.users.authenticate(uid, login.password) else {
                throw Refusal(.unauthorized, ["uid_or_password_wrong"])
            }
            return Response.json("{\"token\": \"\(await doorkeeper.sessions.begin(uid))\"}")
        }
    }

    static func kept<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let broken as Broken {
            let isTaken = broken.errors.allSatisfy { $0.hasSuffix("_taken") }
            throw Refusal(isTaken ? .conflict : .unprocessableContent, broken.errors)
        }
    }

    /// The key in the path, as keys are.
    static func key(_ context: BasicRequestContext, _ name: String) -> String {
        (context.parameters.get(name)?.removingPercentEncoding ?? "").lowercased()
    }
}
