internal import Foundation

/// The options of a URL, each with its effect; what is not known is refused.
struct ServerOptions: Sendable, Equatable {
    var tls: TLSMode
    var caBundle: String?
    var connectTimeout: Duration?
    /// Passed to libpq as they are.
    var forwarded: [DatabaseURL.Option] = []
    var targetsAny = false

    /// What libpq understands and this client does not decide itself.
    private static let libpqOptions: Set<String> = [
        "sslcert", "sslkey", "sslcrl", "ssl_min_protocol_version", "channel_binding", "application_name", "options",
        "keepalives", "keepalives_idle", "keepalives_interval", "keepalives_count", "tcp_user_timeout", "gssencmode",
        "hostaddr",
    ]

    init(_ url: DatabaseURL, _ configuration: DatabaseConfiguration) throws(DatabaseError) {
        tls = url.isSocket || url.engine == .sqlite ? .disable : configuration.tls
        caBundle = configuration.caBundle
        for option in url.options { try read(option, url) }
        guard tls == .verifyFull || tls == .verifyCA else { return }
        caBundle = caBundle ?? Self.defaultBundle
        guard let caBundle, FileManager.default.isReadableFile(atPath: caBundle) else {
            throw .configuration(
                "The certificates to trust cannot be read: \(caBundle ?? "no bundle is given"). \(ConnectHint.tls)")
        }
    }

    private mutating func read(_ option: DatabaseURL.Option, _ url: DatabaseURL) throws(DatabaseError) {
        switch (option.name, url.engine) {
        case ("sslmode", .postgresql), ("sslmode", .mysql), ("ssl-mode", .mysql), ("ssl_mode", .mysql):
            guard let mode = TLSMode(option: option.value) else {
                throw .configuration("sslmode=\(option.value) promises nothing: use disable, require, verify-ca or verify-full.")
            }
            if !url.isSocket { tls = mode }
        case ("sslrootcert", .postgresql), ("sslrootcert", .mysql), ("ssl_ca", .mysql), ("ssl-ca", .mysql):
            caBundle = option.value
        case ("connect_timeout", .postgresql), ("connect_timeout", .mysql):
            guard let seconds = Int(option.value), Duration.seconds(seconds).isConfigurable else {
                throw .configuration("connect_timeout is in seconds, and at most a year.")
            }
            connectTimeout = .seconds(seconds)
        case ("target_session_attrs", .postgresql), ("target_session_attrs", .mysql):
            guard option.value == "any" || option.value == "primary" else {
                throw .configuration("target_session_attrs is any or primary.")
            }
            targetsAny = option.value == "any"
        case ("charset", .mysql) where option.value == "utf8mb4": break
        case (let name, .postgresql) where Self.libpqOptions.contains(name): forwarded.append(option)
        default: throw .configuration("The option \(option.name) of the \(url.engine) URL is not known.")
        }
    }

    private static var defaultBundle: String? {
        let candidates = [
            ProcessInfo.processInfo.environment["PGSSLROOTCERT"], "/etc/ssl/certs/ca-certificates.crt",
            "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem",
        ]
        return candidates.compactMap { $0 }.first { FileManager.default.isReadableFile(atPath: $0) }
    }
}
