public import DatabaseClient
public import Hummingbird

extension Router where Context == BasicRequestContext {
    /// A router with what every app has: a span for each request, answers to what fails, and a health check.
    ///
    /// - Parameter healthCheck: the path of the health check.
    public static func app(_ database: Database, healthCheck: RouterPath) -> Router<BasicRequestContext> {
        let router = Router()
        SpanLog.addRequestSpans(to: router)
        router.add(middleware: FailureAnswers())
        HealthCheck.add(to: router, healthCheck, database)
        return router
    }
}
