/// What a request says about its own signature, before any of it is believed.
public struct SignatureClaim: Sendable, Equatable {
    public enum Form: Sendable, Equatable {
        /// In the `Authorization` header.
        case header
        /// In the query string, valid for that many seconds.
        case presigned(expiresSeconds: Int)
    }

    public static let algorithm = "AWS4-HMAC-SHA256"

    public var form: Form
    public var scope: CredentialScope
    /// Lower-case names in the order in which they were signed.
    public var signedHeaders: [String]
    /// 64 lower-case hexadecimal digits, if it is a signature at all.
    public var signature: String
    /// The instant, exactly as the string to sign has it.
    public var timestamp: String
    public var date: AmzDate
    public var sessionToken: String?

    /// Reads the claim of a request.
    ///
    /// - Parameter query: the decoded pairs of the message's query string.
    /// - Throws: `.missing` when there is none, `.incomplete` when a part is missing or unreadable.
    public init(_ message: HTTPMessage, query: [FormPair]) throws(SignatureFailure) {
        if let authorization = message.header("authorization") {
            try self.init(authorization: authorization, message)
        } else if query.contains(where: { $0.name == "X-Amz-Algorithm" || $0.name == "X-Amz-Signature" }) {
            try self.init(query: query)
        } else if query.contains(where: { $0.name == "AWSAccessKeyId" }) {
            throw .incomplete("Signature Version 2 is not supported: sign with \(Self.algorithm).")
        } else {
            throw .missing
        }
        guard scope.day == date.day else {
            throw .mismatch(
                "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: "
                    + "'\(scope.day)' != '\(date.day)', from '\(timestamp)'.")
        }
        guard signedHeaders.contains("host") else {
            throw .mismatch("'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.")
        }
    }

    private init(authorization: String, _ message: HTTPMessage) throws(SignatureFailure) {
        let parts = try AuthorizationHeader(authorization)
        form = .header
        scope = try CredentialScope(parts.credential)
        signedHeaders = Self.names(parts.signedHeaders)
        signature = parts.signature
        sessionToken = message.header("x-amz-security-token")
        if let text = message.header("x-amz-date") {
            guard let date = AmzDate(text) else { throw Self.unreadableDate(text) }
            (self.date, timestamp) = (date, text)
        } else if let text = message.header("date") {
            guard let date = AmzDate(text) ?? AmzDate(httpDate: text) else { throw Self.unreadableDate(text) }
            (self.date, timestamp) = (date, date.text)
        } else {
            throw .incomplete("Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header.")
        }
    }

    private init(query: [FormPair]) throws(SignatureFailure) {
        let algorithm = try Self.value("X-Amz-Algorithm", in: query)
        guard algorithm == Self.algorithm else { throw Self.unsupported(algorithm) }
        scope = try CredentialScope(Self.value("X-Amz-Credential", in: query))
        signedHeaders = Self.names(try Self.value("X-Amz-SignedHeaders", in: query))
        signature = try Self.value("X-Amz-Signature", in: query)
        timestamp = try Self.value("X-Amz-Date", in: query)
        guard let date = AmzDate(timestamp) else { throw Self.unreadableDate(timestamp) }
        self.date = date
        let expires = try Self.value("X-Amz-Expires", in: query)
        guard let seconds = Int(expires), (1...Self.expiresLimitSeconds).contains(seconds) else {
            throw .incomplete(
                "X-Amz-Expires must be a number of seconds from 1 to \(Self.expiresLimitSeconds), not '\(expires)'.")
        }
        form = .presigned(expiresSeconds: seconds)
        sessionToken = query.first { $0.name == "X-Amz-Security-Token" }?.value
    }

    /// A week: the longest that AWS lets a presigned request live.
    public static let expiresLimitSeconds = 604_800

    static func unsupported(_ algorithm: String) -> SignatureFailure {
        .incomplete("Unsupported signature algorithm '\(algorithm)': sign with \(Self.algorithm).")
    }

    private static func unreadableDate(_ text: String) -> SignatureFailure {
        .incomplete("Date must be in ISO-8601 'basic format'. Got '\(text)'. See http://en.wikipedia.org/wiki/ISO_8601")
    }

    private static func value(_ name: String, in query: [FormPair]) throws(SignatureFailure) -> String {
        let values = query.filter { $0.name == name }
        guard values.count == 1 else {
            throw .incomplete(
                "AWS query-string parameters must include '\(name)'\(values.isEmpty ? "" : " once"). "
                    + "Re-examine the query-string parameters.")
        }
        return values[0].value
    }

    private static func names(_ list: String) -> [String] {
        list.utf8.split(separator: UInt8(ascii: ";")).map { String($0) ?? "" }
    }
}
