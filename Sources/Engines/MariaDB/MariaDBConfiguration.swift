import Crypto
import DatabaseURLs
import Foundation
import Resources

/// `martlet.cnf`: a pure function of what was asked for and where the server is.
struct MariaDBConfiguration: Equatable {
    /// What does not come from the request.
    struct Site: Equatable {
        /// Tells servers apart in replication; at least 1.
        var serverID: UInt32
        /// The private directory of plugins.
        var plugins: String
        /// The variables that only a start can change.
        var staticVariables: Set<String> = []
        /// Load the plugin for IAM tokens.
        var takesTokens = false
    }

    struct Setting: Equatable {
        /// As option files know it.
        var name: String
        var value: String
        /// Can be changed while the server runs (`SET GLOBAL`).
        var isDynamic: Bool

        /// As statements know it.
        var variable: String { MariaDBParameterPolicy.variableName(name) }
    }

    /// What names the content of the settings file.
    struct Fingerprints: Equatable {
        /// Of all settings.
        var all: String
        /// Of those that only a start can change.
        var fixed: String

        init(all: String, fixed: String) {
            self.all = all
            self.fixed = fixed
        }

        /// Reads what `MariaDBConfiguration.settings` begins with.
        init?(inSettings text: String) {
            guard let line = text.split(separator: "\n").first(where: { $0.hasPrefix(Self.mark) }) else { return nil }
            let words = line.dropFirst(Self.mark.count).split(separator: " ")
            guard words.count == 2 else { return nil }
            self.init(all: String(words[0]), fixed: String(words[1]))
        }

        fileprivate static let mark = "# configuration: "
        fileprivate var line: String { "\(Self.mark)\(all) \(fixed)" }
    }

    let fingerprints: Fingerprints
    /// The content of `martlet.cnf`.
    let settings: String

    init(_ wanted: ServerSettings, site: Site) {
        let all = Self.fixed(wanted, site) + Self.changeable(wanted, site) + MariaDBAudit.settings(wanted.options)
        func lines(_ isDynamic: Bool) -> String {
            all.filter { $0.isDynamic == isDynamic }.map { "\($0.name) = \(Self.quote($0.value))\n" }.joined()
        }
        func digest(_ text: String) -> String { SHA256.hash(data: Data(text.utf8)).prefix(8).hexadecimal }
        let fixed = lines(false)
        let dynamic = lines(true)
        fingerprints = Fingerprints(all: digest(fixed + dynamic), fixed: digest(fixed))
        settings = """
            # Written by Martlet; changes are overwritten.
            \(fingerprints.line)
            [mariadbd]
            init_file = \(Self.initFile(fingerprints.all))
            \(fixed)\(Self.dynamicMark)
            \(dynamic)
            """
    }

    /// The file that the server runs at its start, in its data directory. Its name holds the fingerprint, so that a server
    /// that reads old settings while new ones are being written says that it has the old ones.
    static func initFile(_ fingerprint: String) -> String { "martlet-\(fingerprint).sql" }

    private static let dynamicMark = "# These can be changed while the server runs:"

    private static func fixed(_ wanted: ServerSettings, _ site: Site) -> [Setting] {
        let log = wanted.binaryLog ? ("log_bin", "mysql-bin-changelog") : ("skip_log_bin", "1")
        return [
            // Seen from the data directory, which the server works in.
            ("log_error", "../log/\(MariaDBLogs.error)"),
            ("general_log_file", "../log/\(MariaDBLogs.general)"),
            ("slow_query_log_file", "../log/\(MariaDBLogs.slow)"),
            ("skip_networking", "1"),
            ("socket", "mysql.sock"),
            ("pid_file", "mariadbd.pid"),
            ("plugin_dir", site.plugins),
            ("server_id", "\(site.serverID)"),
            ("symbolic_links", "0"),
            ("skip_name_resolve", "1"),
            // It lets in whoever runs under the user's name, and every connection comes from the gateway's user.
            ("unix_socket", "OFF"),
            ("ignore_db_dirs", MariaDBServer.temporaryDirectory),
            ("ignore_db_dirs", MariaDBServer.exchangeDirectory),
            ("innodb_log_file_size", "\(logFileBytes)"),
            ("innodb_buffer_pool_load_at_startup", "1"),
            ("performance_schema", wanted.performanceInsights ? "1" : "0"),
            log,
        ].map { Setting(name: $0.0, value: $0.1, isDynamic: false) } + (site.takesTokens ? tokens : []) + [gatewaysWord]
    }

    /// Whoever reaches the socket is the gateway or the control plane. Who sends no header is taken for what they are.
    private static let gatewaysWord = Setting(name: "proxy_protocol_networks", value: "localhost", isDynamic: true)

    private static let tokens = MariaDBTokenPlugin.settings.map { Setting(name: $0.0, value: $0.1, isDynamic: false) }

    /// RDS's default; the warm pool's clusters are made with it, so that no start has to change it.
    static let logFileBytes = 128 << 20

    /// What is the parameter group's to say, ordered by name, and what the gateway sees to.
    private static func changeable(_ wanted: ServerSettings, _ site: Site) -> [Setting] {
        let chosen = wanted.parameters.filter { MariaDBParameterPolicy.mayBeWritten($0.key) }.sorted { $0.key < $1.key }.map {
            Setting(
                name: MariaDBParameterPolicy.optionName($0.key), value: $0.value,
                isDynamic: !site.staticVariables.contains($0.key))
        }
        return chosen + [Setting(name: "require_secure_transport", value: wanted.forcesTLS ? "1" : "0", isDynamic: true)]
    }

    /// The settings that are Martlet's own and the same everywhere, as a parameter group shows them.
    static let fixedValues = ["innodb_log_file_size": "\(logFileBytes)", "lower_case_table_names": "0", "skip_name_resolve": "1"]

    /// True for a setting that is Martlet's own.
    static func isFixed(_ name: String) -> Bool { fixedNames.contains(name) }

    private static let fixedNames = Set(
        fixed(
            ServerSettings(
                instanceClass: DBInstanceClass(name: "", vCPUs: 1, memoryMiB: 1), port: 0, performanceInsights: false,
                binaryLog: true), Site(serverID: 1, plugins: "")
        ).map(\.name))

    static let bufferPoolSetting = "innodb_buffer_pool_size"

    /// Quotes as option files want it (MariaDB Knowledge Base, "Configuring MariaDB with Option Files"): `#` begins a comment,
    /// a backslash an escape.
    static func quote(_ value: String) -> String {
        let isPlain = value.utf8.allSatisfy { (0x2b...0x39).contains($0) || (0x41...0x5a).contains($0) || isLower($0) }
        return isPlain && !value.isEmpty ? value : "\"" + EscapedText.doubling("\\", in: value) + "\""
    }

    private static func isLower(_ byte: UInt8) -> Bool { (0x61...0x7a).contains(byte) || byte == UInt8(ascii: "_") }

    static func unquote(_ text: Substring) -> String {
        guard text.count >= 2, text.hasPrefix("\""), text.hasSuffix("\"") else { return String(text) }
        return String(text.dropFirst().dropLast().replacing("\\\\", with: "\\"))
    }

    /// The settings of a file of ours that can be changed while the server runs.
    static func dynamicSettings(in settings: String) -> [Setting] {
        guard let mark = settings.firstRange(of: dynamicMark) else { return [] }
        return settings[mark.upperBound...].split(separator: "\n").compactMap { line in
            guard let equals = line.firstRange(of: " = ") else { return nil }
            return Setting(
                name: String(line[..<equals.lowerBound]), value: unquote(line[equals.upperBound...]), isDynamic: true)
        }
    }

    /// Makes a running server take one over.
    static func setGlobal(_ setting: Setting) -> String {
        let isNumber =
            !setting.value.isEmpty && setting.value.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2e || $0 == 0x2d }
        return "SET GLOBAL \(setting.variable) = "
            + (isNumber && Double(setting.value) != nil ? setting.value : MariaDBText.literal(setting.value))
    }
}
