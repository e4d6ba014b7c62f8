internal import Foundation
public import Hummingbird

/// Why a request was not carried out, as `{"errors": ["message_blank"]}`.
public struct Refusal: HTTPResponseError, Equatable {
    public var status: HTTPResponse.Status
    /// Short words that a program can tell apart.
    public var errors: [String]
    /// Seconds after which trying again can help.
    public var retryAfter: Int?

    public init(_ status: HTTPResponse.Status, _ errors: [String], retryAfter: Int? = nil) {
        self.status = status
        self.errors = errors
        self.retryAfter = retryAfter
    }

    public static func notFound(_ error: String) -> Refusal { Refusal(.notFound, [error]) }
    public static func unprocessable(_ errors: [String]) -> Refusal { Refusal(.unprocessableContent, errors) }

    public func response(from request: Request, context: some RequestContext) throws -> Response {
        var response = Response.json(try JSONEncoder().encode(["errors": errors]), status: status)
        if let retryAfter { response.headers[.retryAfter] = String(retryAfter) }
        return response
    }
}

extension Response {
    /// JSON as it is.
    public static func json(
        _ bytes: some Sequence<UInt8>, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]
    ) -> Response {
        json(ByteBuffer(bytes: bytes), status: status, headers: headers)
    }

    /// JSON as the database made it.
    public static func json(
        _ text: String, status: HTTPResponse.Status = .ok, headers: HTTPFields = [:]
    ) -> Response {
        json(ByteBuffer(string: text), status: status, headers: headers)
    }

    private static func json(_ body: ByteBuffer, status: HTTPResponse.Status, headers: HTTPFields) -> Response {
        var headers = headers
        headers[.contentType] = "application/json; charset=utf-8"
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: body))
    }
}
