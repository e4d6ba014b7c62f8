import Foundation

/// Finds the processes that work in a data directory, whatever became of the files that should name them.
///
/// A server has its data directory as working directory; everything that we start for one has it open as `keptDescriptor`.
struct DirectoryHolders: Sendable {
    /// Only processes that run one of these programs count: others may look into a directory without being its server.
    var programs: Set<String>

    /// Those that hold `directory` or anything below it.
    func find(under directory: String) -> [ProcessIdentity] {
        candidates().filter { identity in
            links(of: identity.pid).contains { $0 == directory || $0.hasPrefix(directory + "/") }
        }
    }

    private func links(of pid: Int32) -> [String] {
        ["cwd", "fd/\(ProcessLaunch.keptDescriptor)"].compactMap { FileSystem.target(ofLink: "/proc/\(pid)/\($0)") }
    }

    private func candidates() -> [ProcessIdentity] {
        FileSystem.names(in: "/proc").compactMap { Int32($0) }.compactMap { pid in
            guard pid != getpid(), let identity = ProcessIdentity.of(pid), let program = identity.programName,
                programs.contains(program)
            else { return nil }
            return identity
        }
    }

    /// Reading all of /proc takes a while on a busy machine.
    private func look(_ directory: String) async throws -> [ProcessIdentity] {
        try await BlockingPool.shared.run { find(under: directory) }
    }

    /// Waits until no process holds `directory`, and ends those that stay longer than `patience`.
    func clear(_ directory: String, patience: Duration) async throws {
        let deadline = ContinuousClock.now + patience
        var pause = Duration.milliseconds(2)
        while try await !look(directory).isEmpty, ContinuousClock.now < deadline {
            try await Task.sleep(for: pause)
            pause = min(pause * 2, .milliseconds(100))
        }
        // Twice: a first one may have started another while it was looked at.
        for _ in 0..<2 {
            for holder in try await look(directory) {
                _ = try await ProcessEnding(steps: [.init(signal: SIGKILL, patience: .seconds(5))]).perform(on: holder)
            }
        }
        guard try await look(directory).isEmpty else {
            throw EngineError.timedOut(what: "ending the processes in \(directory)", seconds: 10)
        }
    }
}
