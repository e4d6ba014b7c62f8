internal import Foundation
internal import Hummingbird
internal import Support
internal import Tracing

/// What happens when somebody has confirmed an address: a user is there afterwards.
struct ConfirmationHandler: Sendable {
    let users: Users

    /// - Parameter event: JSON.
    /// - Returns: the event as it came, which is what Cognito wants to see.
    /// - Throws: `ConfirmationEvent.Mistake`, `Users.HandleTaken`, or `DatabaseError`. Cognito tells it to the caller.
    func handle(_ event: Data) async throws -> Data {
        try await withSpan("post-confirmation") { span in
            if let user = try ConfirmationEvent(event).newUser {
                span.attributes["app.user_inserted"] = try await users.insert(user)
            }
            return event
        }
    }
}

/// The handler over HTTP: `POST /` with the event answers the event.
enum ConfirmationRoutes {
    static func router(_ handler: ConfirmationHandler) -> Router<BasicRequestContext> {
        let router = Router.app(handler.users.database, healthCheck: "/health-check")
        router.post("/") { request, _ in
            let body = try await request.body.collect(upTo: 262_144)
            do {
                return Response.json(try await handler.handle(Data(body.readableBytesView)))
            } catch let mistake as ConfirmationEvent.Mistake {
                throw Refusal.unprocessable([mistake.description])
            } catch let taken as Users.HandleTaken {
                throw Refusal(.conflict, [taken.description])
            }
        }
        return router
    }
}
