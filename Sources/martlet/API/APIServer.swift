import AWSWire
import Foundation
import HummingbirdCore
import HummingbirdTLS
import Logging
import NIOCore
import NIOPosix
import NIOSSL
import ServiceLifecycle

/// The AWS endpoint on HTTP/1.1: a thin edge around `Wire` that reads bounded requests, asks a service, and writes answers.
///
/// `GET /health` answers 200 once `isReady` says true, and 503 until then. Unsigned `GET`s, and whatever is
/// unsigned below `/martlet/`, may be answered by `pages`.
/// All else is AWS's protocols. On graceful shutdown requests in progress are answered, and idle connections closed.
struct APIServer: Service, CustomStringConvertible {
    /// Pages for browsers: nil when there is none at that path, and then the request is taken for an AWS one.
    typealias Pages = @Sendable (HTTPMessage) async -> HTTPAnswer?

    /// What bounds connections and heads; bodies are bounded by the wire's own limits.
    struct Limits: Sendable {
        /// Connections served at once; more wait in the listen queue.
        var connections = 1024
        /// All header fields of a request, in bytes.
        var headerBytes = 64 * 1024
        var headerFields = 128
        /// A connection that carries no request for so long is closed.
        var idleTimeout = Duration.seconds(120)
        /// A body that is still coming after so long ends its connection; one that has stopped coming does at `idleTimeout`.
        var bodyTimeout = Duration.seconds(60)
    }

    let host: String
    let port: Int
    let responder: APIResponder
    let limits: Limits
    let logger: Logger
    let tls: TLSConfiguration?
    let onListening: @Sendable (_ port: Int) async -> Void

    /// - Parameters:
    ///   - port: 0 for any free one; `onListening` tells which.
    ///   - handlers: a service without a handler answers "not implemented".
    ///   - tls: nil for plain HTTP.
    ///   - isReady: whether `/health` may answer 200. Asked on every such request.
    init(
        host: String, port: Int, wire: Wire, handlers: [AWSService: any ServiceHandler],
        isReady: @escaping @Sendable () -> Bool, logger: Logger, limits: Limits = Limits(), tls: TLSConfiguration? = nil,
        pages: @escaping Pages = APIServer.frontPage, onListening: @escaping @Sendable (_ port: Int) async -> Void = { _ in }
    ) {
        self.host = host
        self.port = port
        self.limits = limits
        self.tls = tls
        self.logger = logger
        self.onListening = onListening
        responder = APIResponder(
            wire: wire, handlers: handlers, isReady: isReady, pages: pages, bodyTimeout: limits.bodyTimeout, logger: logger)
    }

    /// ServiceLifecycle logs every service: without this it would print all that this one is made of, access keys included.
    var description: String { "APIServer(\(host):\(port))" }

    /// The address of a control plane that was killed a moment ago can be taken still, as long as its last thread runs.
    private static let addressPatience = Duration.seconds(2)

    func run() async throws {
        let deadline = ContinuousClock.now + Self.addressPatience
        while true {
            do {
                return try await serve()
            } catch let error as IOError where error.errnoCode == EADDRINUSE {
                guard ContinuousClock.now < deadline else { throw APIServerError.addressTaken(host: host, port: port) }
                try await Task.sleep(for: .milliseconds(20))
            }
        }
    }

    private func serve() async throws {
        let channel = HTTP1Channel.Configuration(
            idleTimeout: TimeAmount(limits.idleTimeout),
            httpDecoderConfiguration: .init(
                maxHeaderFieldSize: limits.headerBytes, maxHeaderListSize: limits.headerBytes,
                maxHeaderFieldCount: limits.headerFields))
        let plain = HTTPServerBuilder.http1(configuration: channel)
        let server = try (tls.map { try HTTPServerBuilder.tls(plain, tlsConfiguration: $0) } ?? plain).buildServer(
            configuration: ServerConfiguration(
                address: .hostname(host, port: port),
                availableConnectionsDelegate: MaximumAvailableConnections(limits.connections)),
            eventLoopGroup: MultiThreadedEventLoopGroup.singleton,
            logger: logger,
            responder: { request, writer, _ in try await responder.respond(to: request, writer) },
            onServerRunning: { channel in await onListening(channel.localAddress?.port ?? port) })
        try await server.run()
    }

    /// `GET /`: what a browser that is pointed at the endpoint is told.
    static let frontPage: Pages = { message in
        guard message.path == "/" else { return nil }
        let text = """
            Martlet: Amazon RDS on machines you own.
            This is an AWS endpoint for rds, ec2, sts, secretsmanager and kms. Point an AWS client at it with AWS_ENDPOINT_URL;
            `martlet env` prints the settings. GET /health tells whether it is ready, GET /ca.pem gives the certificates to trust.

            """
        return HTTPAnswer(
            status: 200, contentType: "text/plain; charset=utf-8", requestID: RequestID.make(), body: Array(text.utf8))
    }
}

enum APIServerError: Error, CustomStringConvertible {
    case addressTaken(host: String, port: Int)

    var description: String {
        switch self {
        case .addressTaken(let host, let port):
            "another program listens on \(host):\(port). Choose another address: martlet serve --listen HOST:PORT"
        }
    }
}
