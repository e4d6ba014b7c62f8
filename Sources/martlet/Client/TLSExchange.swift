internal import Foundation
internal import NIOCore
internal import NIOPosix
internal import NIOSSL

/// One request and its answer over TLS.
enum TLSExchange {
    /// Sends `request` and returns all that comes back until the other side closes.
    ///
    /// - Parameters:
    ///   - trusting: a PEM file with the certificates to trust; nil for those that the system trusts.
    ///   - limitBytes: a longer answer is refused.
    static func run(host: String, port: Int, trusting bundle: String?, request: Data, limitBytes: Int) async throws -> Data {
        var configuration = TLSConfiguration.makeClientConfiguration()
        if let bundle { configuration.trustRoots = .file(bundle) }
        let context = try NIOSSLContext(configuration: configuration)
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let answer = loop.makePromise(of: Data.self)
        let isAddress = host.contains(":") || host.allSatisfy { $0.isNumber || $0 == "." }
        let channel: any Channel
        do {
            channel = try await connected(host, port, loop, context, isAddress ? nil : host, request, answer, limitBytes)
        } catch {
            answer.fail(error)
            throw InstallationError("\(host):\(port) does not answer: \(error)")
        }
        let alarm = loop.scheduleTask(in: .seconds(10)) { channel.close(promise: nil) }
        defer { alarm.cancel() }
        return try await answer.futureResult.get()
    }

    private static func connected(
        _ host: String, _ port: Int, _ loop: any EventLoop, _ context: NIOSSLContext, _ serverName: String?, _ request: Data,
        _ answer: EventLoopPromise<Data>, _ limitBytes: Int
    ) async throws -> any Channel {
        try await ClientBootstrap(group: loop)
            .connectTimeout(.seconds(10))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let tls = try NIOSSLClientHandler(context: context, serverHostname: serverName)
                    try channel.pipeline.syncOperations.addHandlers([
                        tls, AnswerCollector(request: request, answer: answer, limitBytes: limitBytes),
                    ])
                }
            }
            .connect(host: host, port: port).get()
    }
}

/// Writes the request once TLS is up, and gathers the answer.
private final class AnswerCollector: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let request: Data
    private let answer: EventLoopPromise<Data>
    private let limitBytes: Int
    private var gathered = Data()
    private var isOver = false

    init(request: Data, answer: EventLoopPromise<Data>, limitBytes: Int) {
        self.request = request
        self.answer = answer
        self.limitBytes = limitBytes
    }

    func channelActive(context: ChannelHandlerContext) {
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: request)), promise: nil)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        gathered.append(contentsOf: unwrapInboundIn(data).readableBytesView)
        guard gathered.count > limitBytes else { return }
        end(.failure(InstallationError("the answer is too long")))
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) { end(.success(gathered)) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // A server may close without the farewell of TLS; the answer says itself whether it is whole.
        if case NIOSSLError.uncleanShutdown = error { return }
        end(.failure(error))
        context.close(promise: nil)
    }

    private func end(_ result: Result<Data, any Error>) {
        guard !isOver else { return }
        isOver = true
        answer.completeWith(result)
    }
}
