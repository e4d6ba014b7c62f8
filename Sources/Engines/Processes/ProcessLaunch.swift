import CMartlet
import Foundation

/// A program about to be started: detached, with a clean environment, never as root.
struct ProcessLaunch: Sendable {
    /// The descriptor number under which a server finds its data directory, and by which we find the server.
    static let keptDescriptor = MARTLET_KEPT_DESCRIPTOR

    var program: String
    var arguments: [String]
    /// Who it runs as; nil for ourselves.
    var user: EngineUser?
    /// Open on the data directory; inherited as `keptDescriptor`.
    var dataDirectory: Descriptor?
    /// What it reads; nothing when nil.
    var input: Descriptor?
    /// 1–19 for work that must not slow others down.
    var niceness = 0

    /// `NAME=value`, beside what every process gets.
    var variables: [String] = []

    /// What servers see of our environment: nothing of ours, so no secret.
    static let environment = ["PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8", "TZ=UTC", "HOME=/"]

    /// The whole command, with the programs that lower its rights and its priority before it. They `exec`, so the process
    /// number stays the same.
    func command() throws(EngineError) -> [String] {
        var command = [program] + arguments
        if let user {
            guard user.uid != 0 else { throw .system(what: "start \(program)", reason: "a server never runs as root") }
            command =
                [
                    Self.setpriv, "--reuid=\(user.uid)", "--regid=\(user.gid)", "--clear-groups", "--no-new-privs",
                    "--inh-caps=-all", "--",
                ] + command
        }
        if niceness > 0 { command = ["/usr/bin/nice", "-n", "\(niceness)"] + command }
        return command
    }

    /// Part of util-linux, which every Debian has.
    private static let setpriv = "/usr/bin/setpriv"

    /// Starts it with standard output and error going to `output`.
    ///
    /// - Returns: the process number. The caller owes it a `waitpid`, which `ProcessWatcher.watch(child:)` performs.
    func spawn(output: Descriptor) throws(EngineError) -> Int32 {
        let words = try command()
        var input = self.input
        if input == nil { input = try Descriptor(opening: "/dev/null", O_RDONLY) }
        var pid: pid_t = 0
        let code = withCStrings(words) { argv in
            withCStrings(Self.environment + variables) { envp in
                martlet_spawn(&pid, words[0], argv, envp, "/", input?.number ?? -1, output.number, dataDirectory?.number ?? -1)
            }
        }
        guard code == 0 else { throw .refused("start \(words[0])", code) }
        return pid
    }
}

private func withCStrings(
    _ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Int32
) -> Int32 {
    var copies: [UnsafeMutablePointer<CChar>?] = strings.map { strdup($0) } + [nil]
    defer { copies.forEach { free($0) } }
    return body(&copies)
}
