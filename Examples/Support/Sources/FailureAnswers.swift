public import DatabaseClient
internal import Foundation
public import Hummingbird
internal import Logging

/// What a client is told when something fails: whether trying again can help, and nothing of the database's own words. Those go
/// to the log.
public struct FailureAnswers<Context: RequestContext>: RouterMiddleware {
    public init() {}

    public func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as any HTTPResponseError {
            throw error
        } catch let error as CancellationError {
            throw error
        } catch {
            let refusal = (error as? DatabaseError).map(Self.refusal) ?? Refusal(.internalServerError, ["internal_error"])
            context.logger.error("\(request.method) \(request.uri.path): \(error)")
            throw refusal
        }
    }

    static func refusal(for error: DatabaseError) -> Refusal {
        switch error {
        case .connectFailed, .connectionLost, .poolExhausted, .tooManyWaiting, .closed:
            Refusal(.serviceUnavailable, ["database_unavailable"], retryAfter: 1)
        case .outcomeUnknown: Refusal(.serviceUnavailable, ["outcome_unknown"], retryAfter: 1)
        case .timedOut: Refusal(.gatewayTimeout, ["database_timeout"])
        default: Refusal(.internalServerError, ["internal_error"])
        }
    }
}

extension Request {
    /// The body as a value.
    ///
    /// - Throws: `Refusal` for what is no JSON or of another shape; an error that answers 413 beyond `limit` bytes.
    public func json<Value: Decodable>(_ type: Value.Type, limit: Int = 65_536) async throws -> Value {
        let body = try await body.collect(upTo: limit)
        do {
            return try JSONDecoder().decode(type, from: Data(body.readableBytesView))
        } catch {
            throw Refusal(.badRequest, ["json_invalid"])
        }
    }
}
