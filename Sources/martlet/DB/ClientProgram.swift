internal import DatabaseURLs
internal import Foundation
internal import Toolkit

/// psql, mysql or sqlite3 with everything it needs. The password goes by the environment or by a file without a name, never
/// by an argument.
struct ClientProgram {
    var name: String
    var arguments: [String]
    /// More of the environment.
    var environment: [String: String] = [:]

    init(_ address: DatabaseAddress, arguments more: [String]) throws {
        switch address.dialect {
        case .postgresql:
            name = "psql"
            arguments = Self.libpqOptions(address) + more
            environment = Self.libpq(address)
        case .mysql:
            name = Self.find("mysql") == nil ? "mariadb" : "mysql"
            arguments = ["--defaults-extra-file=\(try Self.defaultsFile(address).path)"] + more
            if !address.database.isEmpty { arguments.append("--database=\(address.database)") }
        case .sqlite:
            name = "sqlite3"
            // Options may have values, so only what follows the file can be SQL: it is told apart by where it begins.
            let options = Self.sqliteOptions(more)
            arguments = options + ["file:\(Self.escaped(address.database))?mode=rw"] + more.dropFirst(options.count)
        }
    }

    /// The options at the beginning, with their values (sqlite3 -help).
    private static func sqliteOptions(_ words: [String]) -> [String] {
        let values = [
            "separator": 1, "newline": 1, "nullvalue": 1, "cmd": 1, "init": 1, "vfs": 1, "mmap": 1, "maxsize": 1, "lookaside": 2,
            "pagecache": 2, "heap": 1,
        ]
        var count = 0
        while count < words.count, words[count].hasPrefix("-") {
            count += 1 + (values[String(words[count].drop { $0 == "-" })] ?? 0)
        }
        return Array(words.prefix(count))
    }

    /// What libpq knows and has no variable for: the options of the URL. A passphrase stays out of sight; psql asks for it.
    static func libpqOptions(_ address: DatabaseAddress) -> [String] {
        let options = address.options.filter { $0.key != "sslpassword" }.sorted { $0.key < $1.key }
        guard !options.isEmpty else { return [] }
        let pairs = options + [(key: "dbname", value: address.database)]
        return [
            "--dbname="
                + pairs.map { "\($0.key)='\(EscapedText.backslashing("\\'", in: $0.value))'" }.joined(
                    separator: " ")
        ]
    }

    private static func escaped(_ path: String) -> String {
        let absolute = URL(fileURLWithPath: path).path
        return absolute.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? absolute
    }

    /// libpq's variables (PostgreSQL's documentation, 34.15).
    static func libpq(_ address: DatabaseAddress) -> [String: String] {
        var variables = [
            "PGHOST": address.socket ?? address.host, "PGPORT": String(address.port), "PGDATABASE": address.database,
            "PGSSLMODE": address.effectiveTLS.rawValue,
        ]
        if !address.user.isEmpty { variables["PGUSER"] = address.user }
        if let password = address.password { variables["PGPASSWORD"] = password }
        if let file = address.caFile { variables["PGSSLROOTCERT"] = file }
        return variables
    }

    /// An option file of the MySQL programs, `[client]`.
    static func defaultsFile(_ address: DatabaseAddress) throws -> InheritedFile {
        func quoted(_ text: String) -> String {
            "\"" + EscapedText.backslashing("\\\"", in: text) + "\""
        }
        var lines = ["[client]", "port=\(address.port)"]
        if let socket = address.socket {
            lines.append("socket=\(quoted(socket))")
        } else {
            lines += ["host=\(quoted(address.host))", "protocol=tcp"]
        }
        if !address.user.isEmpty { lines.append("user=\(quoted(address.user))") }
        if let password = address.password { lines.append("password=\(quoted(password))") }
        let mode = address.effectiveTLS
        if mode == .require || mode.verifies { lines.append("ssl") }
        if mode.verifies { lines.append("ssl-verify-server-cert") }
        if let file = address.caFile { lines.append("ssl-ca=\(quoted(file))") }
        return try InheritedFile(lines.joined(separator: "\n") + "\n")
    }

    static func find(_ name: String) -> String? {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/local/bin:/usr/bin:/bin"
        return path.split(separator: ":").map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
    }

    /// Replaces this process by the program.
    func become() throws -> Never {
        guard let program = Self.find(name) else {
            throw ToolkitError("\(name) is not installed (Debian: postgresql-client, mariadb-client, sqlite3)")
        }
        for (name, value) in environment { setenv(name, value, 1) }
        var words: [UnsafeMutablePointer<CChar>?] = ([name] + arguments).map { strdup($0) }
        words.append(nil)
        execv(program, &words)
        throw ToolkitError("cannot start \(program): \(String(cString: strerror(errno)))")
    }
}
