internal import ArgumentParser
internal import DatabaseClient
internal import Foundation
internal import Logging
internal import Support

struct PostConfirmation: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Inserts the user of a Cognito post confirmation event.",
        discussion: """
            The event is read from standard input and printed as it came. With --listen events come as POST /, and with
            AWS_LAMBDA_RUNTIME_API in the environment from AWS Lambda: this program is a bootstrap of provided.al2023.
            """)

    @Option(help: ArgumentHelp("Takes events over HTTP. Whoever reaches it can make users.", valueName: "HOST:PORT"))
    var listen: String?

    func validate() throws {
        if let listen, ListenAddress(listen) == nil { throw ValidationError("--listen takes HOST:PORT, not \(listen).") }
    }

    func run() async throws {
        let environment = try DotEnv.environment()
        try SpanLog.bootstrap(service: "cruddur-post-confirmation", environment)
        let logger = AppServer.logger("cruddur-post-confirmation", environment)
        var configuration = try Cruddur.database(environment)
        configuration.applicationName = "cruddur-post-confirmation"
        let database = try Database(configuration)
        let handler = ConfirmationHandler(users: Users(database))
        if let address = listen.flatMap(ListenAddress.init) {
            let server = AppServer(name: "Post confirmation", listen: address, database: database, logger: logger)
            return try await server.run(ConfirmationRoutes.router(handler))
        }
        try await database.closing {
            if let place = environment["AWS_LAMBDA_RUNTIME_API"] {
                guard let address = ListenAddress(place) else {
                    throw ValidationError("AWS_LAMBDA_RUNTIME_API is HOST:PORT, not \(place).")
                }
                try await LambdaRuntime(address: address, logger: logger).run(handler.handle)
            } else {
                try await once(handler)
            }
        }
    }

    private func once(_ handler: ConfirmationHandler) async throws {
        let event = try FileHandle.standardInput.readToEnd() ?? Data()
        let answer: Data
        do {
            answer = try await handler.handle(event)
        } catch {
            StandardError.write(line: "The user was not inserted: \(error)")
            throw ExitCode.failure
        }
        try FileHandle.standardOutput.write(contentsOf: answer)
    }
}
