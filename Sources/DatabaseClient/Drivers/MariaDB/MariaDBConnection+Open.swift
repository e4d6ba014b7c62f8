internal import CMariaDB
internal import Foundation

/// What libmariadb is told.
struct MariaDBSettings: Sendable {
    var place: String
    /// Nil for a socket.
    var host: String?
    var socket: String?
    var port: Int
    var database: String?
    var credentials: DatabaseCredentials?
    var tls: TLSMode
    var caBundle: String?
    var timeout: Duration
}

extension MariaDBConnection {
    /// - Parameter kill: ends the running statement of a session.
    /// - Throws: `DatabaseError.connectFailed`.
    static func open(
        _ settings: MariaDBSettings, kill: @escaping @Sendable (UInt) async -> Void
    ) async throws(DatabaseError) -> MariaDBConnection {
        let attempt = MariaDBAttempt(settings)
        try await attempt.establish()
        return MariaDBConnection(attempt.taken(), kill: kill)
    }
}

/// A connection that is being made. It is given up unless it is taken.
private final class MariaDBAttempt: @unchecked Sendable {
    private var pointer: UnsafeMutablePointer<MYSQL>?
    private let settings: MariaDBSettings
    private let readiness = Readiness(.borrowed)
    private let host, user, password, database, socket: MariaDBText
    private var connected: UnsafeMutablePointer<MYSQL>?
    private var hasTimedOut = false

    /// Loads the library's plugins; more than once does no harm, but not from two threads.
    private static let library: Int32 = mysql_server_init(0, nil, nil)

    init(_ settings: MariaDBSettings) {
        self.settings = settings
        host = MariaDBText(settings.host)
        user = MariaDBText(settings.credentials?.user)
        password = MariaDBText(settings.credentials?.password)
        database = MariaDBText(settings.database)
        socket = MariaDBText(settings.socket)
        pointer = Self.library == 0 ? mysql_init(nil) : nil
        if let pointer { configure(pointer) }
    }

    deinit { if let pointer { mysql_close(pointer) } }

    func taken() -> UnsafeMutablePointer<MYSQL> {
        guard let pointer else { preconditionFailure("a connection is taken once") }
        self.pointer = nil
        return pointer
    }

    private func configure(_ pointer: UnsafeMutablePointer<MYSQL>) {
        var seconds = UInt32(clamping: max(1, settings.timeout.components.seconds))
        var no: UInt32 = 0
        var isEncrypted: my_bool = settings.tls == .disable ? 0 : 1
        var isVerified: my_bool = settings.tls == .verifyFull ? 1 : 0
        mysql_options(pointer, MYSQL_OPT_NONBLOCK, nil)
        mysql_options(pointer, MYSQL_OPT_CONNECT_TIMEOUT, &seconds)
        mysql_options(pointer, MYSQL_OPT_READ_TIMEOUT, &seconds)
        mysql_options(pointer, MYSQL_OPT_WRITE_TIMEOUT, &seconds)
        mysql_options(pointer, MYSQL_OPT_LOCAL_INFILE, &no)
        mysql_options(pointer, MYSQL_SET_CHARSET_NAME, "utf8mb4")
        mysql_options(pointer, MYSQL_OPT_SSL_ENFORCE, &isEncrypted)
        mysql_options(pointer, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &isVerified)
        if settings.tls == .verifyFull { mysql_ssl_set(pointer, nil, nil, settings.caBundle, nil, nil) }
        // For the library `localhost` would be a socket, which no URL said.
        var tcp = MYSQL_PROTOCOL_TCP.rawValue
        if settings.socket == nil { mysql_options(pointer, MYSQL_OPT_PROTOCOL, &tcp) }
        // Only to a server that proved who it is is a password (or a token) sent as it is.
        if settings.tls != .verifyFull, settings.socket == nil {
            mysql_options(
                pointer, MARIADB_OPT_RESTRICTED_AUTH,
                "mysql_native_password,caching_sha2_password,sha256_password,client_ed25519,parsec")
        }
    }

    func establish() async throws(DatabaseError) {
        guard let pointer else { throw failure("out of memory.", hint: nil) }
        // Names are looked up in here, and the handshake of TLS waits in here: both block.
        var status = await BlockingWork.run { [self] in
            martlet_mariadb_forget_errors()
            return mysql_real_connect_start(
                &connected, self.pointer, host.pointer, user.pointer, password.pointer, database.pointer, UInt32(settings.port),
                socket.pointer, UInt(CLIENT_FOUND_ROWS))
        }
        let deadline = ContinuousClock.now + settings.timeout
        while status != 0 {
            let outcome = await readiness.wait(
                Int32(mysql_get_socket(pointer)), reading: status & MYSQL_WAIT_READ != 0,
                writing: status & (MYSQL_WAIT_WRITE | MYSQL_WAIT_EXCEPT) != 0, until: deadline)
            switch outcome {
            case .ready, .woken: status = await proceed(status & ~MYSQL_WAIT_TIMEOUT)
            case .timedOut, .unwatchable:
                hasTimedOut = true
                status = await proceed(MYSQL_WAIT_TIMEOUT)
            }
        }
        if connected == nil { throw refusal(pointer) }
        martlet_mariadb_unblock(pointer)
    }

    private func proceed(_ event: Int32) async -> Int32 {
        await BlockingWork.run { [self] in
            martlet_mariadb_forget_errors()
            return mysql_real_connect_cont(&connected, pointer, event)
        }
    }

    private func failure(_ reason: String, hint: String?) -> DatabaseError {
        .connectFailed(ConnectFailure(place: settings.place, reason: reason, hint: hint))
    }

    private func refusal(_ pointer: UnsafeMutablePointer<MYSQL>) -> DatabaseError {
        let code = Int(mysql_errno(pointer))
        let message = String(cString: mysql_error(pointer))
        if (2000..<3000).contains(code) {
            // 2026: TLS. A time-out while connecting has errno 110 in its text.
            let hint = code == 2026 ? ConnectHint.tls : ConnectHint.ofSystem(message)
            let reason = hasTimedOut ? "no answer within \(settings.timeout.inSeconds)" : message
            var failure = ConnectFailure(
                place: settings.place, reason: reason + ".", hint: hasTimedOut ? ConnectHint.silence : hint)
            failure.isPermanent = code == 2026 || code == 2005
            return .connectFailed(failure)
        }
        let refusal = ServerError(sqlState: String(cString: mysql_sqlstate(pointer)), code: code, message: message)
        return .connectFailed(
            ConnectFailure(
                place: settings.place, reason: message + ".", refusal: refusal, hint: ConnectHint.of(refusal)))
    }
}

extension Connector {
    func connectMariaDB(_ credentials: DatabaseCredentials?) async throws(DatabaseError) -> any DriverConnection {
        guard options.tls != .verifyCA else {
            throw .configuration("For MySQL sslmode is verify-full (VERIFY_IDENTITY), require or disable.")
        }
        let connection = try await MariaDBConnection.open(settings(credentials)) { await kill($0) }
        do {
            try await prepare(connection)
        } catch {
            throw .connectFailed(ConnectFailure(place: place, reason: "the session cannot be prepared: \(error)"))
        }
        return connection
    }

    private func settings(_ credentials: DatabaseCredentials?) -> MariaDBSettings {
        MariaDBSettings(
            place: place, host: url.isSocket ? nil : url.host, socket: url.isSocket ? url.host : nil, port: url.port ?? 3306,
            database: url.database, credentials: credentials, tls: options.tls, caBundle: options.caBundle, timeout: timeout)
    }

    /// Through a connection of its own, with the credentials of now: since the session began a token may have expired.
    private func kill(_ session: UInt) async {
        // A KILL that cannot be sent changes nothing: the wait for the answer has a limit of its own.
        do {
            let other = try await MariaDBConnection.open(settings(try await self.credentials(refused: nil))) { _ in }
            try await other.script("KILL QUERY \(session)", StatementLimits(timeout: timeout))
        } catch {}
    }

    /// UTC, JSON of any length, and what the role asks for.
    private func prepare(_ connection: MariaDBConnection) async throws(DriverFailure) {
        let limits = StatementLimits(timeout: timeout)
        try await connection.script("SET time_zone = '+00:00', group_concat_max_len = 1073741824", limits)
        if role == .reader { return try await connection.script("SET SESSION TRANSACTION READ ONLY", limits) }
        guard configuration.writerMustBePrimary, !options.targetsAny else { return }
        let answer = try await connection.run(RenderedSQL(text: "SELECT @@global.read_only", values: []), limits)
        if answer.storage.value(row: 0, column: 0) != .int(0) {
            throw .lost("The server is read only: a replica, or not yet promoted.", wasSent: false)
        }
    }
}
