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
        let exchange: APIExchange
        if case .whole(let body) = read {
            message.body = body
            exchange = await answer(message)
        } else {
            exchange = refused(wire.oversized(message))
        }
        let mustClose = read == .abandoned
        try await writer.write(
            response: head(of: exchange.answer, closing: mustClose),
            body: body(of: exchange.answer))
        exchange.log(message, took: ContinuousClock.now - started, to: logger)
        // The rest of the body is still coming: the connection cannot be used again.
        if mustClose { throw RequestBodyReader.Unfinished() }
    }

    private func answer(_ message: HTTPMessage) async -> APIExchange {
        if message.method == "GET" || message.path.hasPrefix("/martlet/"), !message.looksLikeAWS {
            if message.path == "/health" { return APIExchange(answer: health()) }
            if let page = await pages(message) { return APIExchange(answer: page) }
        }
        switch wire.authenticate(message, requestID: RequestID.make(), now: Date()) {
        case .failure(let refusal):
            return refused(refusal)
        case .success(let call):
            let result = await perform(call)
            return APIExchange(
                answer: wire.answer(result, to: call), service: call.service, action: call.action, region: call.region,
                code: result.faultCode)
        }
    }

    private func refused(_ refusal: Refusal) -> APIExchange {
        APIExchange(answer: wire.answer(refusal), service: refusal.service, code: refusal.fault.code)
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

    private func health() -> HTTPAnswer {
        let ready = isReady()
        return HTTPAnswer(
            status: ready ? 200 : 503, contentType: "text/plain; charset=utf-8", requestID: RequestID.make(),
            body: Array((ready ? "ok\n" : "starting\n").utf8))
    }

    private func body(of answer: HTTPAnswer) -> ResponseBody {
        guard let stream = answer.stream else { return ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body)) }
        return ResponseBody(contentLength: answer.byteCount) { writer in
            var offset: Int64 = 0
            // What ends too early throws, which ends the connection: the client sees that the length is not what was announced.
            while let chunk = try await stream.chunk(at: offset) {
                try await writer.write(ByteBuffer(bytes: chunk))
                offset += Int64(chunk.count)
            }
            try await writer.finish(nil)
        }
    }

    private func head(of answer: HTTPAnswer, closing: Bool) -> HTTPResponse {
        var fields = HTTPFields()
        fields.reserveCapacity(5)
        fields.append(HTTPField(name: .requestID, value: answer.requestID))
        fields.append(HTTPField(name: .contentType, value: answer.contentType))
        fields.append(HTTPField(name: .contentLength, value: String(answer.byteCount)))
        fields.append(HTTPField(name: .date, value: dates.now()))
        if closing { fields.append(HTTPField(name: .connection, value: "close")) }
        return HTTPResponse(status: .init(code: answer.status), headerFields: fields)
    }
}

extension Result<Answer, Fault> {
    fileprivate var faultCode: String? {
        if case .failure(let fault) = self { fault.code } else { nil }
    }
}

extension HTTPField.Name {
    // The name is a valid token, so this cannot be nil.
    // swift-format-ignore: NeverForceUnwrap
    fileprivate static let requestID = HTTPField.Name("x-amzn-RequestId")!
}
