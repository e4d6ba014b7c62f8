internal import Foundation

/// What a data directory may have left on the machine after `martlet down`.
enum LeakCheck {
    /// Processes, mounts, loop devices, cgroups and hosts lines that still belong to `directory` after `patience`; empty when all
    /// is gone.
    static func leftovers(
        of directory: String, hosts: [String], patience: Duration = .seconds(30)
    ) async throws -> [String] {
        let deadline = ContinuousClock.now + patience
        var found = look(directory, hosts)
        while !found.isEmpty, ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(100))
            found = look(directory, hosts)
        }
        return found
    }

    private static func look(_ directory: String, _ hosts: [String]) -> [String] {
        processes(of: directory) + mounts(below: directory) + loopDevices(below: directory)
            + groups(of: directory) + hostsLines(naming: [directory] + hosts)
    }

    /// Processes that name the directory in their arguments, work in it or run a program from it.
    static func processes(of directory: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
        return names.compactMap { name in
            guard let pid = Int32(name), pid != getpid() else { return nil }
            let arguments = read("/proc/\(pid)/cmdline").replacingOccurrences(of: "\0", with: " ")
            let links = ["cwd", "exe"].map { link(of: "/proc/\(pid)/\($0)") }
            guard arguments.contains(directory) || links.contains(where: { $0.hasPrefix(directory) }) else { return nil }
            return "process \(pid): \(arguments)"
        }
    }

    private static func mounts(below directory: String) -> [String] {
        read("/proc/self/mountinfo").split(separator: "\n").filter { $0.contains(directory) }.map { "mount: \($0)" }
    }

    private static func loopDevices(below directory: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/sys/block")) ?? []
        return names.filter { read("/sys/block/\($0)/loop/backing_file").contains(directory) }.map { "loop device: \($0)" }
    }

    /// Groups by which its servers were limited, in any cgroup hierarchy. They are named by the installation's identity.
    private static func groups(of directory: String) -> [String] {
        let file = Data(read(directory + "/installation.json").utf8)
        guard let installation = try? JSONSerialization.jsonObject(with: file) as? [String: Any],
            let identity = installation["id"] as? String
        else { return [] }
        let tops = read("/proc/self/mountinfo").split(separator: "\n").filter { $0.contains(" - cgroup") }
            .compactMap { $0.split(separator: " ").dropFirst(4).first }
        return tops.map { "\($0)/martlet-\(identity)" }.filter { FileManager.default.fileExists(atPath: $0) }
            .map { "cgroup: \($0)" }
    }

    private static func hostsLines(naming names: [String]) -> [String] {
        read("/etc/hosts").split(separator: "\n")
            .filter { line in names.contains { !$0.isEmpty && line.contains($0) } }
            .map { "/etc/hosts: \($0)" }
    }

    /// The text of a file; empty when it cannot be read (the process has just ended, or is another user's). To its very end:
    /// `/proc` gives long ones in pieces, and Foundation's `contents(atPath:)` takes the first short one for the last.
    private static func read(_ path: String) -> String {
        guard let file = FileHandle(forReadingAtPath: path) else { return "" }
        var data = Data()
        while let piece = try? file.read(upToCount: 64 << 10), !piece.isEmpty { data += piece }
        return String(decoding: data, as: UTF8.self)
    }

    private static func link(of path: String) -> String {
        (try? FileManager.default.destinationOfSymbolicLink(atPath: path)) ?? ""
    }
}
