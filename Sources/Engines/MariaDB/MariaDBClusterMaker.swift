import Foundation
import Resources

/// Makes new data directories with MariaDB's own statements, as `mariadb-install-db` does, and with ours, in one go.
struct MariaDBClusterMaker: Sendable {
    let host: EngineHost
    let installation: MariaDBInstallation

    /// Work that nobody waits for must not slow down what somebody does.
    private static let warmNiceness = 10

    /// Fills an empty directory with a server's data, its administrator's password, and nothing that runs.
    func make(_ directory: String, warm: Bool) async throws {
        let server = MariaDBServer(host: host, directory: directory)
        if !warm { try FileSystem.replace(server.unwrittenMark, with: "", mode: 0o600) }
        let password = RandomBytes.make(32).hexadecimal
        try FileSystem.replace(server.passwordFile, with: password, mode: 0o600, durably: false)
        try FileSystem.makeDirectory(server.data, mode: 0o700, owner: host.user)
        try FileSystem.makeDirectory("\(server.data)/\(MariaDBServer.temporaryDirectory)", mode: 0o700, owner: host.user)
        try await initialise(server, warm: warm)
        try FileSystem.replace(
            server.versionFile, with: "\(installation.version.version)-MariaDB", mode: 0o600, owner: host.user, durably: false)
        if warm { try await synchronise(server) }
    }

    /// Has every file on the disk; harmless, and of use, while the server runs.
    func synchronise(_ server: MariaDBServer) async throws {
        try await BlockingPool.shared.run {
            try FileSystem.synchronise(server.passwordFile)
            try TreeSynchronisation.perform(server.data)
        }
    }

    private func initialise(_ server: MariaDBServer, warm: Bool) async throws {
        let file = "\(server.directory)/initial.sql"
        try FileSystem.replace(file, with: try await statements(), mode: 0o600, durably: false)
        defer { unlink(file) }
        // Written to the disk once, when all is done: see `synchronise`.
        let options = [
            "--no-defaults", "--bootstrap", "--basedir=\(installation.root)", "--datadir=\(server.data)",
            "--tmpdir=\(server.data)/\(MariaDBServer.temporaryDirectory)", "--skip-log-bin", "--max-allowed-packet=64M",
            "--character-set-server=utf8mb4", "--innodb-log-file-size=\(MariaDBConfiguration.logFileBytes)",
            "--innodb-buffer-pool-size=64M", "--innodb-flush-log-at-trx-commit=0", "--sync-frm=0",
            "--loose-innodb-flush-method=nosync", "--loose-innodb-log-file-buffering=1", "--log-warnings=1",
        ]
        let launch = ProcessLaunch(
            program: installation.server, arguments: options, user: host.user,
            dataDirectory: try Descriptor.directory(server.data),
            input: try Descriptor(opening: file, O_RDONLY | O_NOFOLLOW), niceness: warm ? Self.warmNiceness : 0)
        let said = try await ToolRun.run(launch, limit: .seconds(120))
        // It ends with success whatever became of the statements.
        if let complaint = said.split(separator: "\n").first(where: { $0.contains("[ERROR]") || $0.hasPrefix("ERROR") }) {
            throw EngineError.system(what: "make the system tables", reason: String(complaint))
        }
    }

    /// The system tables without MariaDB's first users, the time zones, and what is RDS's.
    private func statements() async throws -> String {
        func read(_ name: String) throws -> String {
            guard let text = FileSystem.read("\(installation.share)/\(name)", limit: 16 << 20) else {
                throw EngineError.system(what: "make the system tables", reason: "\(installation.share)/\(name) cannot be read")
            }
            return text
        }
        let own = ["mysql_system_tables.sql", "mysql_performance_tables.sql", "maria_add_gis_sp_bootstrap.sql"]
        let optional = ["mysql_sys_schema.sql"].filter { FileSystem.exists("\(installation.share)/\($0)") }
        let tables = try (own + optional).map(read).joined(separator: "\n")
        return "CREATE DATABASE mysql;\nUSE mysql;\n" + tables + "\nUSE mysql;\n" + MariaDBPreparation.statements
            + (try await timeZones())
    }

    private func timeZones() async throws -> String {
        let zones = "/usr/share/zoneinfo"
        guard let program = installation.timeZones, FileSystem.isDirectory(zones) else { return "" }
        let launch = ProcessLaunch(program: program, arguments: [zones], user: host.user)
        let said = try await ToolRun.run(launch, limit: .seconds(60), outputLimit: 32 << 20)
        // Files there that are no time zones are complained about among the statements.
        return said.split(separator: "\n", omittingEmptySubsequences: false).filter { !$0.hasPrefix("Warning: ") }
            .joined(separator: "\n") + "\n"
    }
}
