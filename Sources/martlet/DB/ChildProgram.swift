internal import Foundation
internal import Toolkit

/// A program that we wait for. It inherits the descriptors of `InheritedFile`, and its complaints become our error.
final class ChildProgram {
    private static let complaintLimitBytes = 4096

    private let name: String
    private var pid: pid_t = 0
    private let complaints: Int32

    /// - Parameter output: where its standard output goes.
    init(_ program: String, _ arguments: [String], environment: [String: String], output: Int32) throws {
        name = (program as NSString).lastPathComponent
        complaints = try InheritedFile.makeNameless()
        _ = fcntl(complaints, F_SETFD, FD_CLOEXEC)
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        posix_spawn_file_actions_adddup2(&actions, complaints, 2)
        let all = ProcessInfo.processInfo.environment.merging(environment) { _, new in new }
        var words = ([program] + arguments).map { strdup($0) } + [nil]
        var variables = all.map { strdup("\($0.key)=\($0.value)") } + [nil]
        defer { (words + variables).forEach { free($0) } }
        let code = posix_spawn(&pid, program, &actions, nil, &words, &variables)
        guard code == 0 else { throw ToolkitError("cannot start \(name): \(String(cString: strerror(code)))") }
    }

    deinit { close(complaints) }

    /// - Parameter meanwhile: called ten times a second.
    /// - Throws: `ToolkitError` with what it said on standard error, when it ends with anything but 0.
    func wait(_ meanwhile: () -> Void) throws {
        var status: Int32 = 0
        while waitpid(pid, &status, WNOHANG) == 0 {
            meanwhile()
            usleep(100_000)
        }
        guard status != 0 else { return }
        var buffer = [UInt8](repeating: 0, count: Self.complaintLimitBytes)
        let count = pread(complaints, &buffer, buffer.count, 0)
        let said = String(decoding: buffer.prefix(max(0, count)), as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
        throw ToolkitError("\(name) failed: \(said.isEmpty ? "status \(status)" : said)")
    }
}
