/// Why the gateway turns a PostgreSQL client away, in PostgreSQL's own words and codes where it has them.
///
/// Codes: PostgreSQL documentation, appendix A. Texts: `src/backend/postmaster/postmaster.c` and `src/backend/libpq/auth.c`.
enum PostgresRefusal: Equatable {
    /// A length that no start-up packet has.
    case invalidLength
    /// A start-up packet that does not end where its parameters end.
    case invalidLayout
    /// A protocol that is not 3.x.
    case unsupportedProtocol(major: Int, minor: Int)
    case noUserName
    /// A user that no client may be.
    case reservedUser
    /// The gate or the server kept the client waiting for too long.
    case startingUp
    case shuttingDown
    /// The route has all the clients that it may have.
    case tooManyConnections
    /// As many as may wait do already.
    case tooManyWaiting
    /// No security group rule admits the client's address.
    case accessDenied
    /// The endpoint takes connections with TLS only.
    case encryptionRequired
    /// Bytes in the clear after a request for TLS: somebody may have put them there.
    case unencryptedData
    /// TLS from the first byte on, without the protocol's name.
    case directTLSWithoutALPN
    /// At an address that endpoints share: no TLS, so no server name.
    case sharedWithoutTLS
    /// At such an address: TLS without a server name.
    case noServerName
    /// At such an address: a server name that is none of its endpoints'.
    case unknownServerName(String)
    /// A login token that is not good, or a role that may log in with nothing else.
    case iamFailed
    /// Something else than a password message where one was asked for.
    case passwordExpected
    /// The server's first message is none of PostgreSQL's.
    case unintelligibleServer
}

/// The fields of an ErrorResponse. All are FATAL: the connection ends with it.
struct PostgresErrorResponse: Equatable {
    var code: String
    var message: String
    var detail: String?
    var hint: String?

    /// The message as protocol 3 has it (PostgreSQL documentation, "Message Formats" and "Error and Notice Message Fields").
    var bytes: [UInt8] {
        var body: [UInt8] = []
        func field(_ kind: Character, _ value: String?) {
            guard let value, let tag = kind.asciiValue else { return }
            body.append(tag)
            body.append(contentsOf: value.utf8.lazy.filter { $0 != 0 })
            body.append(0)
        }
        field("S", "FATAL")
        field("V", "FATAL")
        field("C", code)
        field("M", message)
        field("D", detail)
        field("H", hint)
        body.append(0)
        let length = UInt32(body.count + 4)
        return [UInt8(ascii: "E")] + (0..<4).map { UInt8(truncatingIfNeeded: length >> (24 - 8 * $0)) } + body
    }

    /// The message as clients older than protocol 3 understand it: `E`, a text, a zero byte.
    var bytesBeforeProtocol3: [UInt8] { [UInt8(ascii: "E")] + Array("FATAL:  \(message)\n".utf8) + [0] }
}

extension PostgresRefusal {
    /// Who is refused: goes into the text.
    struct Context: Equatable {
        /// The client's numeric address.
        var host = ""
        /// The endpoint's host name.
        var endpoint = ""
        var user = ""
        var database = ""
        var replication = false
        /// The client has TLS.
        var isEncrypted = false
        var denial: AccessDenial?

        /// As `src/backend/libpq/auth.c` says it since PostgreSQL 14.
        var encryption: String { isEncrypted ? "SSL encryption" : "no encryption" }
    }

    func response(_ context: Context) -> PostgresErrorResponse {
        switch self {
        case .invalidLength, .invalidLayout, .unencryptedData, .directTLSWithoutALPN, .passwordExpected, .unintelligibleServer:
            violation
        case .unsupportedProtocol(let major, let minor):
            PostgresErrorResponse(
                code: "0A000", message: "unsupported frontend protocol \(major).\(minor): server supports 3.0 to 3.0")
        case .startingUp:
            PostgresErrorResponse(
                code: "57P03", message: "the database system is starting up",
                hint: "The endpoint \(context.endpoint) did not answer in time. Connect again in a moment.")
        case .shuttingDown:
            PostgresErrorResponse(code: "57P03", message: "the database system is shutting down")
        case .tooManyConnections:
            PostgresErrorResponse(code: "53300", message: "too many connections for endpoint \"\(context.endpoint)\"")
        case .tooManyWaiting:
            PostgresErrorResponse(
                code: "57P03", message: "the database system is starting up",
                hint: "Too many clients are waiting for \(context.endpoint) already.")
        case .noUserName, .reservedUser, .accessDenied, .encryptionRequired, .iamFailed: unauthorized(context)
        case .sharedWithoutTLS, .noServerName, .unknownServerName: unrouted
        }
    }

    /// The bytes for the client.
    func bytes(_ context: Context) -> [UInt8] {
        if case .unsupportedProtocol(let major, _) = self, major < 3 { return response(context).bytesBeforeProtocol3 }
        return response(context).bytes
    }

    /// 08P01, protocol_violation.
    private var violation: PostgresErrorResponse {
        switch self {
        case .invalidLayout:
            PostgresErrorResponse(code: "08P01", message: "invalid startup packet layout: expected terminator as last byte")
        case .unencryptedData:
            PostgresErrorResponse(
                code: "08P01", message: "received unencrypted data after SSL request",
                detail: "This could be either a client-software bug or evidence of an attempted man-in-the-middle attack.")
        case .directTLSWithoutALPN:
            PostgresErrorResponse(
                code: "08P01",
                message: "received direct SSL connection request without ALPN protocol negotiation extension")
        case .passwordExpected: PostgresErrorResponse(code: "08P01", message: "expected password response")
        case .unintelligibleServer:
            PostgresErrorResponse(code: "08P01", message: "the server's first message is not one of PostgreSQL's")
        default: PostgresErrorResponse(code: "08P01", message: "invalid length of startup packet")
        }
    }

    /// No endpoint is known yet, so these are the gateway's own words.
    private var unrouted: PostgresErrorResponse {
        let hint = "Connect by the endpoint's host name, not by an address, with sslmode=require or stronger."
        switch self {
        case .sharedWithoutTLS:
            return PostgresErrorResponse(
                code: "28000", message: "several endpoints share this address, and the server name of TLS decides between them",
                detail: "The connection does not use TLS.", hint: hint)
        case .unknownServerName(let name):
            return PostgresErrorResponse(
                code: "28000", message: "no endpoint at this address and port has the server name \"\(name)\"", hint: hint)
        default:
            return PostgresErrorResponse(
                code: "08P01", message: "the TLS handshake has no server name, and several endpoints share this address",
                hint: hint)
        }
    }

    /// 28000, invalid_authorization_specification.
    private func unauthorized(_ context: Context) -> PostgresErrorResponse {
        switch self {
        case .accessDenied:
            PostgresErrorResponse(
                code: "28000", message: context.denial?.message ?? "no security group rule admits host \"\(context.host)\"",
                detail: context.denial?.detail, hint: context.denial?.hint)
        case .encryptionRequired: noEntry(context)
        case .iamFailed:
            PostgresErrorResponse(code: "28000", message: "PAM authentication failed for user \"\(context.user)\"")
        case .reservedUser: reserved(context)
        default: PostgresErrorResponse(code: "28000", message: "no PostgreSQL user name specified in startup packet")
        }
    }

    /// What a server with `rds.force_ssl` says: it has `hostssl` lines only.
    private func noEntry(_ context: Context) -> PostgresErrorResponse {
        let client = "host \"\(context.host)\", user \"\(context.user)\""
        let what =
            context.replication
            ? "no pg_hba.conf entry for replication connection from \(client), \(context.encryption)"
            : "no pg_hba.conf entry for \(client), database \"\(context.database)\", \(context.encryption)"
        return PostgresErrorResponse(code: "28000", message: what)
    }

    /// A `reject` line of pg_hba.conf reads like this.
    private func reserved(_ context: Context) -> PostgresErrorResponse {
        let client = "host \"\(context.host)\", user \"\(context.user)\""
        let what =
            context.replication
            ? "pg_hba.conf rejects replication connection for \(client), \(context.encryption)"
            : "pg_hba.conf rejects connection for \(client), database \"\(context.database)\", \(context.encryption)"
        return PostgresErrorResponse(
            code: "28000", message: what, detail: "The role \"\(context.user)\" is reserved for the service.",
            hint: "Connect as the master user or as a role that it has created.")
    }
}
