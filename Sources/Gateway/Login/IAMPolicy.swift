import AWSWire
import Foundation
import Routing

/// What a login token of a route must be. Made ready once for each table; a check reads no file and no clock.
struct IAMPolicy: Sendable {
    /// Longest life of a token (RDS User Guide, "IAM database authentication"): 15 minutes.
    static let lifetimeLimitSeconds = 900

    private let region: String
    /// `HOST:PORT`, lower-case.
    private let authorities: Set<String>
    private let hosts: Set<String>
    private let verifier: SignatureVerifier

    init(_ iam: Route.IAM, keys: [AccessKey]) {
        region = iam.region
        hosts = Set(iam.hosts.map { $0.lowercased() })
        authorities = Set(iam.hosts.map { "\($0.lowercased()):\(iam.port)" })
        verifier = SignatureVerifier(accessKeys: FixedAccessKeys(keys))
    }

    /// Returns when `token` lets `user` in at that time.
    ///
    /// A token is a presigned URL without its scheme: `HOST:PORT/?Action=connect&DBUser=…&X-Amz-…` (botocore's
    /// `generate_db_auth_token`), signed for the service `rds-db` with the header `host` alone.
    ///
    /// - Parameter longestName: bytes after which the server cuts a user's name off; PostgreSQL's limit unless told otherwise.
    func verify(token: String, user: String, now: Date, longestName: Int = 63) throws(IAMFailure) {
        let bytes = token.utf8
        guard let slash = bytes.firstIndex(of: UInt8(ascii: "/")), bytes[slash...].starts(with: "/?".utf8) else {
            throw .notAToken
        }
        let authority = String(token[..<slash])
        let query = String(token[bytes.index(slash, offsetBy: 2)...])
        guard let pairs = try? FormDecoder.pairs(query) else { throw .notAToken }
        try check(authority)
        try check(pairs, user, longestName)
        let message = HTTPMessage(
            method: "GET", path: "/", query: query, headers: [(name: "host", value: authority)], body: [])
        try checkSignature(of: message, pairs, now)
    }

    private func check(_ authority: String) throws(IAMFailure) {
        let name = authority.lowercased()
        guard !authorities.contains(name) else { return }
        let host = name.utf8.lastIndex(of: UInt8(ascii: ":")).map { String(name[..<$0]) } ?? name
        throw hosts.contains(host) ? .otherPort : .otherHost
    }

    private func check(_ pairs: [FormPair], _ user: String, _ longestName: Int) throws(IAMFailure) {
        func only(_ name: String) -> String? {
            let values = pairs.filter { $0.name == name }
            return values.count == 1 ? values[0].value : nil
        }
        guard only("Action") == "connect" else { throw .otherAction }
        // Byte for byte: Unicode's idea of equal strings is not the server's.
        guard let named = only("DBUser"), named.utf8.prefix(longestName).elementsEqual(user.utf8) else { throw .otherUser }
    }

    private func checkSignature(of message: HTTPMessage, _ pairs: [FormPair], _ now: Date) throws(IAMFailure) {
        let claim = try signatureStep { () throws(SignatureFailure) in try SignatureClaim(message, query: pairs) }
        guard claim.scope.service == "rds-db" else { throw .otherService }
        guard claim.scope.region == region else { throw .otherRegion }
        guard claim.signedHeaders == ["host"] else { throw .otherHeaders }
        guard case .presigned(let seconds) = claim.form, seconds <= Self.lifetimeLimitSeconds else { throw .livesTooLong }
        try signatureStep { () throws(SignatureFailure) in
            try verifier.verify(claim, of: message, query: pairs, now: now)
        }
    }

    private func signatureStep<Value>(_ step: () throws(SignatureFailure) -> Value) throws(IAMFailure) -> Value {
        do throws(SignatureFailure) { return try step() } catch { throw .signature(error) }
    }
}
