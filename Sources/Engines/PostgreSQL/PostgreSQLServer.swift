import Foundation

/// One PostgreSQL server on disk: the directory with its data, its administrator's password and its log.
struct PostgreSQLServer: Sendable {
    let host: EngineHost
    /// `DIR/instances/ID`, or an entry of the warm pool.
    let directory: String

    var data: String { "\(directory)/data" }
    var passwordFile: String { "\(directory)/rdsadmin.password" }
    /// There while the cluster's files need not be on the disk yet.
    var unwrittenMark: String { "\(directory)/unwritten" }
    var settingsFile: String { "\(data)/postgresql.conf" }
    var accessFile: String { "\(data)/pg_hba.conf" }
    var userMapFile: String { "\(data)/pg_ident.conf" }
    var pidFile: String { "\(data)/postmaster.pid" }
    var socket: String { "\(data)/.s.PGSQL.5432" }
    var logs: LogDirectory { LogDirectory(path: "\(directory)/log", kinds: ["error"]) }
    /// What the postmaster prints before and after its logging collector does the writing.
    var log: LogFile { LogFile(path: "\(logs.path)/\(PostgreSQLLogs.startup)") }

    /// The processes that work in the data directory, if any.
    static let holders = DirectoryHolders(programs: ["postgres", "initdb", "setpriv", "nice"])

    /// The state of the files.
    func dataDirectory() -> ServerFacts.DataDirectory {
        guard FileSystem.exists(data) else { return .absent }
        guard FileSystem.isDirectory(data) else { return .damaged(reason: "data is not a directory") }
        guard let version = FileSystem.read("\(data)/PG_VERSION", limit: 64) else {
            return .damaged(reason: "PG_VERSION is missing")
        }
        for needed in ["\(data)/global/pg_control", passwordFile] where !FileSystem.exists(needed) {
            return .damaged(reason: "\(FileSystem.lastComponent(needed)) is missing")
        }
        return .ready(major: version.trimmingCharacters(in: .whitespacesAndNewlines))
    }

    /// The major version that the files are of; 0 while there are none.
    var major: Int {
        guard case .ready(let major) = dataDirectory() else { return 0 }
        return Int(major) ?? 0
    }

    /// The fingerprint in the settings file; nil when we never wrote one.
    func configuration() -> String? {
        FileSystem.read(settingsFile).flatMap {
            PostgreSQLConfiguration.value(of: PostgreSQLConfiguration.fingerprintSetting, in: $0)
        }
    }

    /// The postmaster that runs on this very data directory. A pid file that outlived its process is no process.
    func runningProcess() -> ProcessIdentity? {
        guard let text = FileSystem.read(pidFile, limit: 4096), let file = PostmasterPIDFile(text),
            let identity = ProcessIdentity.of(file.pid), identity.programName == "postgres",
            let data = FileSystem.status(data), FileSystem.isSame("/proc/\(file.pid)/cwd", data), identity.isRunning
        else { return nil }
        return identity
    }

    /// The argument of `-D`, and the descriptor that servers get in any case, by which `holders` finds them.
    func dataArgument() throws -> (path: String, descriptor: Descriptor) {
        let descriptor = try Descriptor.directory(data)
        guard let user = host.user else { return (data, descriptor) }
        let reachable = Traversability.allows(user, through: Traversability.ancestors(of: directory))
        return (reachable ? data : "/proc/self/fd/\(ProcessLaunch.keptDescriptor)", descriptor)
    }

    func password() throws -> String {
        guard let password = FileSystem.read(passwordFile, limit: 1024) else {
            throw EngineError.damaged(what: "rdsadmin.password cannot be read")
        }
        return password
    }
}

/// `postmaster.pid` (src/include/utils/pidfile.h): its first line is the process number, its eighth the status.
struct PostmasterPIDFile: Equatable {
    var pid: Int32
    /// True once clients are let in.
    var isReady: Bool

    /// Nil while the file is not a postmaster's; single-user servers write their number negated.
    init?(_ text: String) {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard let first = lines.first, let pid = Int32(first.trimmingPrefix(" ")), pid > 0 else { return nil }
        self.pid = pid
        isReady = lines.count > 7 && lines[7].hasPrefix("ready")
    }
}
