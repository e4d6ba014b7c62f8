internal import Foundation
internal import Logging
internal import Support

/// AWS Lambda's runtime API: asks for the next event, answers it, and so on.
///
/// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
struct LambdaRuntime: Sendable {
    let address: ListenAddress
    let logger: Logger

    private static let version = "/2018-06-01/runtime/invocation"

    /// Runs until the API is gone, or the task is cancelled.
    func run(_ handler: @Sendable (Data) async throws -> Data) async throws {
        let client = LambdaClient(address: address)
        while !Task.isCancelled {
            // Lambda freezes the program here until there is something to do.
            let next = try await client.send(.get, "\(Self.version)/next")
            guard next.status == 200, let id = next.headers["lambda-runtime-aws-request-id"] else {
                throw Unexpected(what: "The runtime API answered \(next.status) for the next event.")
            }
            try await answer(id, next.body, client, handler)
        }
    }

    private func answer(
        _ id: String, _ event: Data, _ client: LambdaClient, _ handler: @Sendable (Data) async throws -> Data
    ) async throws {
        let reply: LambdaClient.Answer
        do {
            let result = try await handler(event)
            reply = try await client.send(.post, "\(Self.version)/\(id)/response", body: result)
        } catch let error as LambdaClient.Failure {
            throw error
        } catch {
            logger.error("\(error)")
            reply = try await client.send(
                .post, "\(Self.version)/\(id)/error", body: try Self.description(of: error),
                headers: ["lambda-runtime-function-error-type": Self.type(of: error)])
        }
        guard reply.status == 202 else { throw Unexpected(what: "The runtime API answered \(reply.status) for an answer.") }
    }

    static func type(of error: any Error) -> String { "Cruddur.\(Swift.type(of: error))" }

    static func description(of error: any Error) throws -> Data {
        try JSONEncoder().encode(["errorMessage": "\(error)", "errorType": type(of: error)])
    }

    struct Unexpected: Error, CustomStringConvertible {
        var what: String
        var description: String { what }
    }
}
