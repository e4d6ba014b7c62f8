internal import AWSWire
internal import Foundation
internal import NIOCore
internal import NIOHTTP1
internal import NIOPosix
internal import NIOSSL

/// Where an HTTP server is.
struct HTTPPlace: Sendable, Equatable {
    var host: String
    var port: Int
    var isSecure: Bool

    /// - Throws: `DatabaseError.configuration`.
    init(_ url: String) throws(DatabaseError) {
        guard let parts = URLComponents(string: url), let host = parts.host, !host.isEmpty,
            parts.scheme == "http" || parts.scheme == "https"
        else { throw .configuration("\(url) is no http:// or https:// endpoint.") }
        isSecure = parts.scheme == "https"
        self.host = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
        port = parts.port ?? (isSecure ? 443 : 80)
    }

    /// As the header `host` has it.
    var authority: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port == (isSecure ? 443 : 80) ? name : "\(name):\(port)"
    }
}

/// One HTTP request and its answer.
enum HTTPExchange {
    static let answerLimitBytes = 1 << 20
    static let timeout = TimeAmount.seconds(10)

    struct Answer: Sendable {
        var status: Int
        var body: Data
    }

    static func run(_ message: HTTPMessage, to place: HTTPPlace, trusting bundle: String?) async throws -> Answer {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let promise = loop.makePromise(of: Answer.self)
        let alarm = loop.scheduleTask(in: timeout) {
            promise.fail(DatabaseError.configuration("\(place.authority) did not answer within 10 seconds."))
        }
        defer { alarm.cancel() }
        do {
            let context = place.isSecure ? try context(bundle) : nil
            let channel = try await connect(loop, place, context, message, promise)
            promise.futureResult.whenComplete { _ in channel.close(promise: nil) }
        } catch {
            promise.fail(error)
        }
        return try await promise.futureResult.get()
    }

    private static func context(_ bundle: String?) throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        if let bundle { configuration.trustRoots = .file(bundle) }
        return try NIOSSLContext(configuration: configuration)
    }

    private static func connect(
        _ loop: any EventLoop, _ place: HTTPPlace, _ context: NIOSSLContext?, _ message: HTTPMessage,
        _ promise: EventLoopPromise<Answer>
    ) async throws -> any Channel {
        let isAddress = place.host.contains(":") || place.host.allSatisfy { $0.isNumber || $0 == "." }
        return try await ClientBootstrap(group: loop)
            .connectTimeout(timeout)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if let context {
                        try pipeline.addHandler(
                            NIOSSLClientHandler(context: context, serverHostname: isAddress ? nil : place.host))
                    }
                    try pipeline.addHTTPClientHandlers()
                    try pipeline.addHandler(HTTPAnswerCollector(message, promise))
                }
            }
            .connect(host: place.host, port: place.port).get()
    }
}

/// Sends one request when the connection is up, and gathers the answer.
private final class HTTPAnswerCollector: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private let message: HTTPMessage
    private let promise: EventLoopPromise<HTTPExchange.Answer>
    private var status = 0
    private var body = Data()

    init(_ message: HTTPMessage, _ promise: EventLoopPromise<HTTPExchange.Answer>) {
        self.message = message
        self.promise = promise
    }

    func channelActive(context: ChannelHandlerContext) {
        var headers = HTTPHeaders(message.headers.map { ($0.name, $0.value) })
        headers.replaceOrAdd(name: "content-length", value: String(message.body.count))
        headers.replaceOrAdd(name: "connection", value: "close")
        let head = HTTPRequestHead(version: .http1_1, method: .RAW(value: message.method), uri: message.path, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: message.body)))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): status = Int(head.status.code)
        case .body(let part):
            body.append(contentsOf: part.readableBytesView)
            if body.count > HTTPExchange.answerLimitBytes { fail("its answer is too long", context) }
        case .end: promise.succeed(HTTPExchange.Answer(status: status, body: body))
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { fail("\(error)", context) }
    func channelInactive(context: ChannelHandlerContext) { fail("it hung up", context) }

    private func fail(_ reason: String, _ context: ChannelHandlerContext) {
        promise.fail(DatabaseError.configuration("The HTTP endpoint failed: \(reason)."))
        context.close(promise: nil)
    }
}
