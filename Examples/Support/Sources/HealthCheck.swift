internal import DatabaseClient
internal import Hummingbird
internal import Logging

/// Whether the application can do its work: 200 `{"success": true}`, or 503 while the database does not answer.
enum HealthCheck {
    static func add(to router: Router<BasicRequestContext>, _ path: RouterPath, _ database: Database) {
        router.get(path) { _, context in
            do {
                _ = try await database.read { try await $0.first("SELECT 1", as: Int.self) }
                return Response.json(#"{"success": true}"#)
            } catch let error as DatabaseError {
                context.logger.warning("health check: \(error)")
                return Response.json(#"{"success": false, "errors": ["database_unavailable"]}"#, status: .serviceUnavailable)
            }
        }
    }
}
