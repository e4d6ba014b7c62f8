/// What to look at when no connection can be made.
enum ConnectHint {
    static let silence =
        "When nothing answers at all, a security group (or firewall) usually does not let this address in: "
        + "`martlet why` says which, on a Martlet host."
    static let refused = "Nothing listens there: is the instance started, and are host and port those of its endpoint?"
    static let tls =
        "The server's certificate is verified by default. Give the CA bundle (sslrootcert=FILE, ssl_ca=FILE for MySQL; "
        + "`martlet ca` prints Martlet's), or sslmode=disable for a server of your own without TLS."

    static func of(_ refusal: ServerError) -> String? {
        switch refusal.sqlState {
        case "28P01", "28000": "Check user and password; a rotated secret is read again by itself only from Secrets Manager."
        case "3D000", "42000": "Create the database first: martlet db create."
        default: nil
        }
    }

    static func of(_ message: String) -> String? {
        if isAboutTLS(message) { return tls }
        if message.contains("Connection refused") || message.contains("No such file") { return refused }
        if message.contains("timed out") || message.contains("timeout") { return silence }
        return nil
    }

    /// libmariadb gives the system's error number: 111 refused, 2 no such socket, 110 and 115 no answer. It is 0 where the
    /// refusal came while nobody waited in a call.
    static func ofSystem(_ message: String) -> String? {
        if ["(0)", "(2)", "(111)"].contains(where: message.contains) { return refused }
        return message.contains("(110") || message.contains("(115") ? silence : nil
    }

    static func isAboutTLS(_ message: String) -> Bool {
        ["certificate", "SSL", "TLS"].contains { message.contains($0) } && !message.contains("unexpectedly")
    }
}
