internal import AWSWire
internal import Certificates

/// `GET /ca.pem`: what `martlet ca` prints. Certificates are public, so nobody has to sign for them.
struct AuthorityPage: Sendable {
    static let path = "/ca.pem"

    let authorities: CertificateAuthorities

    /// Nil for any other path.
    func answer(_ message: HTTPMessage) -> HTTPAnswer? {
        guard message.path == Self.path else { return nil }
        do {
            let body = Array(try authorities.bundle().utf8)
            return HTTPAnswer(status: 200, contentType: "application/x-pem-file", requestID: RequestID.make(), body: body)
        } catch {
            return HTTPAnswer(
                status: 500, contentType: "text/plain; charset=utf-8", requestID: RequestID.make(),
                body: Array("the bundle cannot be made: \(error)\n".utf8))
        }
    }
}
