import CMartlet
import Foundation

#if canImport(Glibc)
    import Glibc
#endif

/// `DIR/gateway`: the files of a gateway, and the lock that keeps a second one away.
struct GatewayDirectory {
    let path: String
    private let lock: Int32

    var routesPath: String { "\(path)/routes.json" }
    var controlPath: String { "\(path)/control.sock" }
    var pidPath: String { "\(path)/gateway.pid" }

    /// Makes the directory, private to its owner, where it is missing, and takes the lock.
    ///
    /// - Throws: `GatewayError.alreadyRunning`, `GatewayError.system`.
    init(dataDirectory: String) throws {
        path = "\(dataDirectory)/gateway"
        try FileManager.default.createDirectory(
            atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        try FileManager.default.setAttributes([.posixPermissions: 0o700], ofItemAtPath: path)
        lock = martlet_lock_file("\(path)/lock")
        if lock == -EWOULDBLOCK { throw GatewayError.alreadyRunning(directory: dataDirectory) }
        try GatewayError.check(lock, "lock \(path)/lock")
    }

    /// `{"pid": …, "startedAt": …}`; the second is in seconds since the epoch.
    func writeProcessFile() throws {
        struct Identity: Encodable {
            var pid: Int32
            var startedAt: Double
        }
        let data = try JSONEncoder().encode(Identity(pid: getpid(), startedAt: try ProcessStart.ofThisProcess()))
        let answer = data.withUnsafeBytes { martlet_write_file(pidPath, $0.baseAddress, $0.count, 0o600) }
        try GatewayError.check(answer, "write \(pidPath)")
    }

    /// The control socket, listening. One that a dead gateway left is replaced: the lock says that it is dead.
    func openControl() throws -> Int32 {
        unlink(controlPath)
        return try GatewayError.check(martlet_unix_listen(controlPath, 0o600, 16), "listen on \(controlPath)")
    }

    func close() {
        unlink(controlPath)
        unlink(pidPath)
        martlet_close(lock)
    }
}

/// When a process began, as `/proc` tells: exact to a clock tick, and the same for everyone who asks.
enum ProcessStart {
    static func ofThisProcess() throws -> Double {
        let stat = try String(contentsOfFile: "/proc/self/stat", encoding: .utf8)
        let boot = try String(contentsOfFile: "/proc/stat", encoding: .utf8)
        guard let ticks = ticks(inStat: stat), let seconds = bootTime(inStat: boot) else {
            throw GatewayError.system(what: "/proc/self/stat", code: EINVAL)
        }
        return seconds + ticks / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    /// Field 22; the second field is a name in parentheses that may hold blanks (proc(5)).
    static func ticks(inStat text: String) -> Double? {
        guard let close = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: close)...].split(separator: " ")
        return fields.count > 19 ? Double(fields[19]) : nil
    }

    static func bootTime(inStat text: String) -> Double? {
        let line = text.split(separator: "\n").first { $0.hasPrefix("btime ") }
        return line.flatMap { Double($0.dropFirst(6)) }
    }
}
