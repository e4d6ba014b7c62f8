/// Who the server lets in, over the local socket, which is in a directory that only the server's own user and root can
/// enter; the gateway decides who gets that far.
struct PostgreSQLAccess: Equatable {
    /// The content of `pg_hba.conf`: the first line that fits decides.
    let rules: String
    /// The content of `pg_ident.conf`.
    let userMap: String

    private static let mark = "# Written by Martlet; changes are overwritten.\n"

    /// The content of `pg_hba.conf` for a server that belongs to nobody yet.
    static let untilConfigured = mark + "local all rdsadmin scram-sha-256\nlocal all all scram-sha-256\n"

    /// - Parameters:
    ///   - major: of the server.
    ///   - gatewayUser: the operating system user that the gateway runs as; empty when it has no name.
    init(_ wanted: ServerSettings, major: Int, gatewayUser: String) {
        // From PostgreSQL 16 a map can stand for every role (`all`). Before, it cannot, and `trust` has to do: whoever
        // passes the directory is root or the server's own user, who could rewrite this file. Users' SQL cannot use
        // it, since dblink and postgres_fdw let nobody but superusers through where no password was asked for.
        let canMap = major >= 16 && !gatewayUser.isEmpty
        var lines = ["local all rdsadmin scram-sha-256"]
        if wanted.iamAuthentication {
            // From 16 on the right to grant rds_iam makes the master user a member, which says nothing of their login.
            if major >= 16, !wanted.masterUsername.isEmpty {
                lines.append("local all \(Self.quote(wanted.masterUsername)) scram-sha-256")
            }
            lines.append("local all +rds_iam \(canMap ? "peer map=martlet" : "trust")")
        }
        lines.append("local all all scram-sha-256")
        rules = Self.mark + lines.joined(separator: "\n") + "\n"
        userMap = Self.mark + (wanted.iamAuthentication && canMap ? "martlet \(Self.quote(gatewayUser)) all\n" : "")
    }

    /// A quoted name is a name and nothing else: `"all"` is a role of that name.
    static func quote(_ name: String) -> String { SQLText.identifier(name) }
}
