/// Why the gateway turns a MySQL client away, in MySQL's own words and codes where it has them.
///
/// Codes and texts: MariaDB's `sql/share/errmsg-utf8.txt`; 3159 is MySQL's (MySQL Error Message Reference).
enum MySQLRefusal: Equatable {
    /// A packet that is no answer to the greeting.
    case badHandshake
    /// A client from before 4.1.
    case oldProtocol
    /// A packet with another number than the one that is next.
    case outOfOrder
    case packetTooLarge
    /// The client took too long over its login.
    case timedOut
    /// The gate or the server kept the client waiting for too long.
    case startingUp
    case shuttingDown
    /// The server closed the connection in the middle of the login.
    case serverLeft
    case tooManyConnections
    case tooManyWaiting
    /// No security group rule admits the client's address.
    case accessDenied
    /// `require_secure_transport`
    case encryptionRequired
    /// A user that no client may be.
    case reservedUser
    /// A login token that is not good, or a user who may log in with nothing else.
    case iamFailed
    /// The server asks for the password itself, which would cross the network in the clear.
    case passwordInClear
    /// The server's words are none of MySQL's.
    case unintelligibleServer
}

extension MySQLRefusal {
    /// Who is refused: goes into the text.
    struct Context: Equatable {
        /// The client's numeric address.
        var host = ""
        /// The endpoint's host name.
        var endpoint = ""
        var user = ""
        var usesPassword = true
        var denial: AccessDenial?
    }

    struct Response: Equatable {
        var code: UInt16
        /// Five characters.
        var state: String
        var message: String
    }

    func response(_ context: Context) -> Response {
        switch self {
        case .badHandshake: Response(code: 1043, state: "08S01", message: "Bad handshake")
        case .oldProtocol:
            Response(
                code: 1251, state: "08004",
                message: "Client does not support authentication protocol requested by server; consider upgrading client")
        case .outOfOrder: Response(code: 1156, state: "08S01", message: "Got packets out of order")
        case .packetTooLarge: Response(code: 1153, state: "08S01", message: "Got a packet bigger than 'max_allowed_packet' bytes")
        case .timedOut: Response(code: 1159, state: "08S01", message: "Got timeout reading communication packets")
        case .startingUp, .shuttingDown, .serverLeft, .tooManyConnections, .tooManyWaiting: absence(context)
        case .accessDenied: Response(code: 1130, state: "HY000", message: denied(context))
        case .encryptionRequired:
            Response(
                code: 3159, state: "HY000",
                message: "Connections using insecure transport are prohibited while --require_secure_transport=ON.")
        case .reservedUser, .iamFailed: Response(code: 1045, state: "28000", message: noAccess(context))
        case .passwordInClear:
            Response(
                code: 1045, state: "28000",
                message: noAccess(context)
                    + ". Authentication requires secure connection: the password would be sent in the clear. "
                    + "Connect with TLS")
        case .unintelligibleServer:
            Response(code: 1043, state: "08S01", message: "Bad handshake: the server's packet is none of MySQL's")
        }
    }

    /// There is no server, or no room.
    private func absence(_ context: Context) -> Response {
        switch self {
        case .tooManyConnections: Response(code: 1040, state: "08004", message: "Too many connections")
        case .tooManyWaiting:
            Response(
                code: 1040, state: "08004",
                message: "Too many connections: too many clients are waiting for \(context.endpoint) already")
        case .startingUp:
            Response(
                code: 1053, state: "08S01",
                message: "Server shutdown in progress: \(context.endpoint) is starting or restarting and did not answer in time. "
                    + "Connect again in a moment")
        case .serverLeft:
            Response(
                code: 1053, state: "08S01",
                message: "Server shutdown in progress: the server closed the connection during the login")
        default: Response(code: 1053, state: "08S01", message: "Server shutdown in progress")
        }
    }

    private func noAccess(_ context: Context) -> String {
        "Access denied for user '\(context.user)'@'\(context.host)' (using password: \(context.usesPassword ? "YES" : "NO"))"
    }

    private func denied(_ context: Context) -> String {
        let reason = context.denial.map { " \($0.message). \($0.hint)" } ?? ""
        return "Host '\(context.host)' is not allowed to connect to this MySQL server.\(reason)"
    }

    /// Longer than any of these texts, and far less than a new socket takes.
    private static let longestMessage = 1_024

    /// The ERR packet. Before the greeting (number 0) a client expects no SQLSTATE (MySQL Internals, "ERR_Packet").
    func bytes(number: UInt8, _ context: Context) -> [UInt8] {
        let response = response(context)
        let code = [UInt8(truncatingIfNeeded: response.code), UInt8(truncatingIfNeeded: response.code >> 8)]
        let state = number == 0 ? "" : "#\(response.state)"
        return MySQLPacket.bytes(
            number: number, [0xFF] + code + Array(state.utf8) + Array(response.message.utf8.prefix(Self.longestMessage)))
    }
}
