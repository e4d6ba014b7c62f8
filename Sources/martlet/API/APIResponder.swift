import AWSWire
import Foundation
import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore

/// Takes one request after another: message in, answer out, a line in the log.
struct APIResponder: Sendable {
    let wire: Wire
    let handlers: [AWSService: any ServiceHandler]
    let isReady: @Sendable () -> Bool
    let pages: APIServer.Pages
    let bodyTimeout: Duration
    let logger: Logger
    private let dates = HTTPDateCache()

    init(
        wire: Wire, handlers: [AWSService: any ServiceHandler], isReady: @escaping @Sendable () -> Bool,
        pages: @escaping APIServer.Pages, bodyTimeout: Duration, logger: Logger
    ) {
        self.wire = wire
        self.handlers = handlers
        self.isReady = isReady
        self.pages = pages
        self.bodyTimeout = bodyTimeout
        self.logger = logger
    }

    /// - Throws: what the connection failed with, or `RequestBodyReader.Unfinished`; both end the connection.
    func respond(to request: Request, _ writer: consuming ResponseWriter) async throws {
        let started = ContinuousClock.now
        var message = HTTPMessage(head: request.head)
        let reader = RequestBodyReader(limitBytes: wire.limits.bodyBytes, timeout: bodyTimeout)
        if reader.mayAsk(for: message) { try await writer.writeInformationalHead(HTTPResponse(status: .continue)) }
        let read = try await reader.read(request.body, announced: message)
        if case .whole(let body) = read { message.body = body }
        let (answer, call) = read.isWhole ? await answer(message) : (refuse(message), nil)
        let mustClose = read == .abandoned
        try await writer.write(
            response: head(of: answer, closing: mustClose),
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body)))
        log(message, call, answer, ContinuousClock.now - started)
        // The rest of the body is still coming: the connection cannot be used again.
        if mustClose { throw RequestBodyReader.Unfinished() }
    }

    private func answer(_ message: HTTPMessage) async -> (HTTPAnswer, ServiceCall?) {
        if message.method == "GET", !message.looksLikeAWS {
            if message.path == "/health" { return (health(), nil) }
            if let page = await pages(message) { return (page, nil) }
        }
        switch wire.authenticate(message, requestID: RequestID.make(), now: Date()) {
        case .success(let call): return (wire.answer(await perform(call), to: call), call)
        case .failure(let refusal): return (wire.answer(refusal), nil)
        }
    }

    private func perform(_ call: ServiceCall) async -> Result<Answer, Fault> {
        guard let handler = handlers[call.service] else {
            return .failure(.notImplemented(service: call.service.rawValue, action: call.action))
        }
        do {
            return .success(try await handler.handle(call))
        } catch let fault as Fault {
            return .failure(fault)
        } catch {
            logger.error(
                "A call failed inside Martlet",
                metadata: [
                    "service": "\(call.service.rawValue)", "action": "\(call.action)", "request-id": "\(call.requestID)",
                    "error": "\(error)",
                ])
            return .failure(.internalFailure(call.service))
        }
    }

    private func refuse(_ message: HTTPMessage) -> HTTPAnswer { wire.answer(wire.oversized(message)) }

    private func health() -> HTTPAnswer {
        let ready = isReady()
        return HTTPAnswer(
            status: ready ? 200 : 503, contentType: "text/plain; charset=utf-8", requestID: RequestID.make(),
            body: Array((ready ? "ok\n" : "starting\n").utf8))
    }

    private func head(of answer: HTTPAnswer, closing: Bool) -> HTTPResponse {
        var fields = HTTPFields()
        fields.reserveCapacity(5)
        fields.append(HTTPField(name: .requestID, value: answer.requestID))
        fields.append(HTTPField(name: .contentType, value: answer.contentType))
        fields.append(HTTPField(name: .contentLength, value: String(answer.body.count)))
        fields.append(HTTPField(name: .date, value: dates.now()))
        if closing { fields.append(HTTPField(name: .connection, value: "close")) }
        return HTTPResponse(status: .init(code: answer.status), headerFields: fields)
    }

    /// Neither headers nor query nor body: they may hold secrets. Successful reads, which clients repeat every few seconds
    /// while they wait, are for debugging; what changes or fails is worth a line.
    private func log(_ message: HTTPMessage, _ call: ServiceCall?, _ answer: HTTPAnswer, _ duration: Duration) {
        let isRead = call.map { $0.action.hasPrefix("Describe") || $0.action.hasPrefix("Get") || $0.action.hasPrefix("List") }
        let level: Logger.Level =
            answer.status >= 500 && answer.status != 501 && answer.status != 503 ? .error
            : answer.status >= 400 && call != nil ? .info : isRead ?? true ? .debug : .info
        guard level >= logger.logLevel else { return }
        var metadata: Logger.Metadata = [
            "method": "\(message.method)", "status": "\(answer.status)", "request-id": "\(answer.requestID)",
            "ms": "\(duration.components.seconds * 1000 + duration.components.attoseconds / 1_000_000_000_000_000)",
        ]
        if let call {
            metadata["service"] = "\(call.service.rawValue)"
            metadata["action"] = "\(call.action)"
            metadata["region"] = "\(call.region)"
        }
        logger.log(level: level, "request", metadata: metadata)
    }
}

extension HTTPField.Name {
    // The name is a valid token, so this cannot be nil.
    fileprivate static let requestID = HTTPField.Name("x-amzn-RequestId")!
}
