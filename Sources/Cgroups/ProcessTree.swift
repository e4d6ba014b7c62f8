/// Who has been started by whom.
enum ProcessTree {
    /// Nobody's server has a deeper one.
    private static let depthLimit = 8

    /// All that a process has started, and they in turn, as far as it is still their parent.
    static func descendants(of pid: Int32) -> [Int32] {
        var all: [Int32] = []
        var parents = [pid]
        for _ in 0..<depthLimit where !parents.isEmpty {
            parents = parents.flatMap(children)
            all += parents
        }
        return all
    }

    /// `children` of each of its threads (proc(5)); a kernel without these files has the whole list of processes read.
    private static func children(of pid: Int32) -> [Int32] {
        let threads = GroupFiles.names(in: "/proc/\(pid)/task")
        var found: [Int32] = []
        for thread in threads {
            guard let text = GroupFiles.read("/proc/\(pid)/task/\(thread)/children") else {
                return GroupFiles.exists("/proc/self/task/\(threads[0])/children") ? [] : search(childrenOf: pid)
            }
            found += CgroupLayout.words(text).compactMap { Int32($0) }
        }
        return found
    }

    private static func search(childrenOf pid: Int32) -> [Int32] {
        GroupFiles.names(in: "/proc").compactMap { Int32($0) }.filter { status($0)?.parent == pid }
    }

    /// False for one that has ended: it is in no group any more, even while its parent has not asked for its end.
    static func runs(_ pid: Int32) -> Bool { status(pid).map { $0.state != "Z" && $0.state != "X" } ?? false }

    /// From `/proc/PID/stat`: `PID (NAME) STATE PARENT …`; the name may hold anything.
    private static func status(_ pid: Int32) -> (state: Substring, parent: Int32?)? {
        guard let stat = GroupFiles.read("/proc/\(pid)/stat"), let end = stat.lastIndex(of: ")") else { return nil }
        let fields = stat[stat.index(after: end)...].dropFirst().split(separator: " ")
        return fields.count > 1 ? (fields[0], Int32(fields[1])) : nil
    }
}
