internal import AWSWire
internal import Foundation

/// `GET /martlet/status`: how `martlet status` asks a running control plane. For whoever can read `DIR/serve/token`.
struct StatusPage: Sendable {
    static let path = "/martlet/status"
    static let header = "x-martlet-token"

    let token: String
    let report: @Sendable () async -> StatusReport

    /// Nil for any other path.
    func answer(_ message: HTTPMessage) async -> HTTPAnswer? {
        guard message.path == Self.path else { return nil }
        guard constantTimeEqual((message.header(Self.header) ?? "").utf8, token.utf8) else {
            return Self.text(403, "The token of DIR/serve/token is needed.\n")
        }
        do {
            let body = try JSONEncoder().encode(await report())
            return HTTPAnswer(status: 200, contentType: "application/json", requestID: RequestID.make(), body: Array(body))
        } catch {
            return Self.text(500, "the report cannot be encoded: \(error)\n")
        }
    }

    static func text(_ status: Int, _ text: String) -> HTTPAnswer {
        HTTPAnswer(
            status: status, contentType: "text/plain; charset=utf-8", requestID: RequestID.make(), body: Array(text.utf8))
    }
}
