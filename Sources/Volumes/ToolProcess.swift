internal import CMartlet
internal import Foundation

/// Programs that volumes are made with, run to their end.
enum ToolProcess {
    private static let directories = ["/usr/sbin", "/sbin", "/usr/bin", "/bin", "/usr/local/sbin", "/usr/local/bin"]
    private static let environment = ["PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8", "HOME=/"]
    private static let outputLimit = 16 << 10

    /// Where a program is; nil when it is not installed.
    static func find(_ name: String) -> String? {
        directories.map { "\($0)/\(name)" }.first { access($0, X_OK) == 0 }
    }

    /// - Parameters:
    ///   - input: what it reads; secrets go here, never into the arguments.
    ///   - kept: a descriptor that it has as well for as long as it runs.
    ///   - accepted: exit statuses that mean success.
    /// - Throws: `VolumeError.refused` with its last words.
    static func run(
        _ program: String, _ arguments: [String], input: [UInt8] = [], keeping kept: OpenFile? = nil,
        limit: Duration = .seconds(120), accepted: Set<Int32> = [0]
    ) throws(VolumeError) {
        let name = String(program.split(separator: "/").last ?? "")
        // A file, not a pipe: what a daemon inherits would keep a pipe open for ever. Without a name it cannot stay behind.
        let output = OpenFile(owning: try posix("make a file in memory") { martlet_memory_file(name) })
        let pid = try spawn([program] + arguments, input, output, kept)
        guard let status = wait(pid, limit) else {
            kill(pid, SIGKILL)
            waitpid(pid, nil, 0)
            throw .refused(what: name, reason: "it took longer than \(limit.components.seconds) s")
        }
        guard status & 0x7f == 0, accepted.contains((status >> 8) & 0xff) else { throw failure(name, said(output)) }
    }

    private static func spawn(
        _ words: [String], _ input: [UInt8], _ output: OpenFile, _ kept: OpenFile?
    ) throws(VolumeError) -> pid_t {
        var ends: [Int32] = [0, 0]
        try posix("pipe") { martlet_pipe(&ends) }
        let reading = OpenFile(owning: ends[0])
        let writing = OpenFile(owning: ends[1])
        // Less than a pipe takes without a reader.
        var rest = input[...]
        while !rest.isEmpty {
            let count = try posix("write to \(words[0])") {
                Int32(rest.withUnsafeBytes { write(writing.number, $0.baseAddress, $0.count) })
            }
            rest = rest.dropFirst(Int(count))
        }
        var pid: pid_t = 0
        let code = withStrings(words) { argv in
            withStrings(environment) {
                martlet_spawn(&pid, words[0], argv, $0, "/", reading.number, output.number, kept?.number ?? -1)
            }
        }
        guard code == 0 else { throw .system("start \(words[0])", code) }
        return pid
    }

    private static func wait(_ pid: pid_t, _ limit: Duration) -> Int32? {
        let deadline = ContinuousClock.now + limit
        var status: Int32 = 0
        var pause: UInt32 = 500
        while true {
            let ended = waitpid(pid, &status, WNOHANG)
            if ended == pid { return status }
            if ended < 0, errno != EINTR { return -1 }
            guard ContinuousClock.now < deadline else { return nil }
            usleep(pause)
            pause = min(pause + 500, 10_000)
        }
    }

    private static func said(_ output: OpenFile) -> String {
        var bytes = [UInt8](repeating: 0, count: outputLimit)
        let count = pread(output.number, &bytes, bytes.count, 0)
        return String(decoding: bytes[..<max(0, count)], as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }

    private static func failure(_ name: String, _ said: String) -> VolumeError {
        if said.contains("No space left on device") { return .noRoom(name) }
        return .refused(what: name, reason: said.isEmpty ? "it failed and said nothing" : String(said.suffix(500)))
    }

    private static func withStrings(
        _ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Int32
    ) -> Int32 {
        var copies: [UnsafeMutablePointer<CChar>?] = strings.map { strdup($0) } + [nil]
        defer { copies.forEach { free($0) } }
        return body(&copies)
    }
}
