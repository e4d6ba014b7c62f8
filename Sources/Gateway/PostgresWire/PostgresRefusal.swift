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
    }

    func response(_ context: Context) -> PostgresErrorResponse {
        switch self {
        case .invalidLength:
            PostgresErrorResponse(code: "08P01", message: "invalid length of startup packet")
        case .invalidLayout:
            PostgresErrorResponse(
                code: "08P01", message: "invalid startup packet layout: expected terminator as last byte")
        case .unsupportedProtocol(let major, let minor):
            PostgresErrorResponse(
                code: "0A000", message: "unsupported frontend protocol \(major).\(minor): server supports 3.0 to 3.0")
        case .noUserName:
            PostgresErrorResponse(code: "28000", message: "no PostgreSQL user name specified in startup packet")
        case .reservedUser: reserved(context)
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
        }
    }

    /// The bytes for the client.
    func bytes(_ context: Context) -> [UInt8] {
        if case .unsupportedProtocol(let major, _) = self, major < 3 { return response(context).bytesBeforeProtocol3 }
        return response(context).bytes
    }

    /// A `reject` line of pg_hba.conf reads like this.
    private func reserved(_ context: Context) -> PostgresErrorResponse {
        let client = "host \"\(context.host)\", user \"\(context.user)\""
        let what =
            context.replication
            ? "pg_hba.conf rejects replication connection for \(client), no encryption"
            : "pg_hba.conf rejects connection for \(client), database \"\(context.database)\", no encryption"
        return PostgresErrorResponse(
            code: "28000", message: what, detail: "The role \"\(context.user)\" is reserved for the service.",
            hint: "Connect as the master user or as a role that it has created.")
    }
}
