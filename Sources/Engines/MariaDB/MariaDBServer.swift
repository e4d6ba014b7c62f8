import Foundation

/// One MariaDB server on disk: the directory with its data, its administrator's password and its log.
struct MariaDBServer: Sendable {
    let host: EngineHost
    /// `DIR/instances/ID`, or an entry of the warm pool.
    let directory: String

    var data: String { "\(directory)/data" }
    var passwordFile: String { "\(directory)/rdsadmin.password" }
    /// There while the cluster's files need not be on the disk yet.
    var unwrittenMark: String { "\(directory)/unwritten" }
    /// Which process was started for it last: see `MariaDBProcessNote`.
    var processFile: String { "\(directory)/process" }
    var settingsFile: String { "\(data)/martlet.cnf" }
    /// The version that the system tables are of, where MariaDB's own tools look for it.
    var versionFile: String { "\(data)/mysql_upgrade_info" }
    var socket: String { "\(data)/mysql.sock" }
    var logs: LogDirectory { LogDirectory(path: "\(directory)/log", kinds: MariaDBLogs.kinds) }

    /// Directories beside the databases' own: for temporary tables, and the only one for `LOAD DATA` and its like.
    static let temporaryDirectory = "martlet-tmp"
    static let exchangeDirectory = "martlet-files"

    /// The processes that work in the data directory, if any.
    static let holders = DirectoryHolders(programs: ["mariadbd", "mysqld", "setpriv", "nice"])

    /// The state of the files.
    func dataDirectory() -> ServerFacts.DataDirectory {
        guard FileSystem.exists(data) else { return .absent }
        guard FileSystem.isDirectory(data) else { return .damaged(reason: "data is not a directory") }
        guard let version = FileSystem.read(versionFile, limit: 64) else {
            return .damaged(reason: "mysql_upgrade_info is missing")
        }
        for needed in ["\(data)/ibdata1", "\(data)/mysql", passwordFile] where !FileSystem.exists(needed) {
            return .damaged(reason: "\(FileSystem.lastComponent(needed)) is missing")
        }
        return .ready(major: version.split(separator: ".").prefix(2).joined(separator: "."))
    }

    /// The fingerprint in the settings file; nil when we never wrote one.
    func configuration() -> MariaDBConfiguration.Fingerprints? {
        FileSystem.read(settingsFile).flatMap(MariaDBConfiguration.Fingerprints.init(inSettings:))
    }

    /// The process that runs on this very data directory, from the moment it was started.
    ///
    /// MariaDB writes its own pid file only after recovery, which may take minutes, so the note is ours.
    func runningProcess() -> ProcessIdentity? {
        guard let identity = FileSystem.read(processFile, limit: 4096).flatMap(MariaDBProcessNote.init)?.identity,
            let data = FileSystem.status(data)
        else { return nil }
        let places = ["cwd", "fd/\(ProcessLaunch.keptDescriptor)"].map { "/proc/\(identity.pid)/\($0)" }
        return places.contains { FileSystem.isSame($0, data) } ? identity : nil
    }

    func password() throws -> String {
        guard let password = FileSystem.read(passwordFile, limit: 1024) else {
            throw EngineError.damaged(what: "rdsadmin.password cannot be read")
        }
        return password
    }
}

/// Names a process: its number, and when it started. A number that has been given to another process since is no match.
///
/// The start is in clock ticks since boot, which no correction of the clock changes.
struct MariaDBProcessNote: Equatable {
    var pid: Int32
    var startTicks: UInt64

    init(pid: Int32, startTicks: UInt64) {
        self.pid = pid
        self.startTicks = startTicks
    }

    init?(_ text: String) {
        let words = text.split(whereSeparator: \.isWhitespace)
        guard words.count == 2, let pid = Int32(words[0]), pid > 0, let ticks = UInt64(words[1]) else { return nil }
        self.init(pid: pid, startTicks: ticks)
    }

    /// What runs under this number now; nil when nothing does.
    init?(running pid: Int32) {
        guard let status = ProcessStatus.of(pid), !status.hasEnded else { return nil }
        self.init(pid: pid, startTicks: status.startTicks)
    }

    var text: String { "\(pid) \(startTicks)\n" }

    /// The process, while it runs.
    var identity: ProcessIdentity? {
        MariaDBProcessNote(running: pid) == self ? ProcessIdentity.of(pid) : nil
    }
}
