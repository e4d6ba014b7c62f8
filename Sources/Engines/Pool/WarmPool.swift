import Foundation
import Synchronization

/// Initialised, never used clusters of one engine version, ready to be taken.
///
/// An entry is a directory `DIR/pool/ENGINE-VERSION/UUID`, made under the name `UUID.partial` and renamed once it is complete
/// and on the disk. Taking it is one rename to the instance's directory, so that nobody ever takes the same one, and a kill
/// at any instant leaves either an entry or an instance.
struct WarmPool: Sendable {
    /// Makes a complete, durable, stopped cluster in an existing empty directory.
    ///
    /// - Parameter warm: true for one that waits in the pool and should hold all that does not depend on its later owner;
    ///   false for one that somebody waits for.
    typealias Maker = @Sendable (_ directory: String, _ warm: Bool) async throws -> Void

    let host: EngineHost
    let name: String
    let version: String
    /// What ends the processes that an interrupted `make` has left in a directory.
    let holders: DirectoryHolders
    let make: Maker

    private static let suffix = ".partial"
    /// Directories that this process is working in now: not leftovers.
    private static let inWork = Mutex<Set<String>>([])
    /// Clusters made at the same time, all versions together: initialisation is bound by the processors.
    private static let makers = AsyncSemaphore(max(2, ProcessInfo.processInfo.activeProcessorCount))

    private var directory: String { host.poolDirectory(engine: name, version: version) }

    /// The complete entries.
    func ready() -> [String] { FileSystem.names(in: directory).filter { !$0.contains(".") } }

    /// Gives `instance`, a directory that is missing or holds no cluster, a warm cluster, or makes one for it.
    func provide(_ instance: String) async throws {
        try host.makePassage("instances")
        try host.makePassage("pool", "\(name)-\(version)")
        if try claim(for: instance) { return }
        try FreeSpace.check(at: directory)
        let entry = try await build(warm: false)
        try take(entry, for: instance)
    }

    /// Takes an entry if there is one.
    private func claim(for instance: String) throws -> Bool {
        for entry in ready() {
            do {
                try take(entry, for: instance)
                return true
            } catch is AlreadyTaken { continue }
        }
        return false
    }

    private struct AlreadyTaken: Error {}

    private func take(_ entry: String, for instance: String) throws {
        let source = "\(directory)/\(entry)"
        if rename(source, instance) != 0 {
            let code = errno
            switch code {
            case ENOENT: throw AlreadyTaken()
            case ENOTEMPTY, EEXIST: try move(source, into: instance)
            default: throw EngineError.refused("rename \(source)", code)
            }
        }
        try FileSystem.syncDirectory(FileSystem.parent(instance))
        try FileSystem.syncDirectory(directory)
    }

    /// For an instance directory that holds something already, such as a log: the parts move one by one, the data last.
    private func move(_ source: String, into instance: String) throws {
        let mine = "\(source)\(Self.suffix)"
        if rename(source, mine) != 0 {
            if errno == ENOENT { throw AlreadyTaken() }
            throw EngineError.refused("rename \(source)", errno)
        }
        let parts = FileSystem.names(in: mine).filter { $0 != "data" } + ["data"]
        for part in parts where part == "data" || !FileSystem.isDirectory("\(instance)/\(part)") {
            try system("rename \(mine)/\(part)") { rename("\(mine)/\(part)", "\(instance)/\(part)") }
        }
        try FileSystem.syncDirectory(instance)
        try TreeRemoval.remove(mine)
    }

    /// Makes entries until `target` are ready; removes what interrupted makers have left.
    func fill(target: Int) async throws {
        try await removeLeftovers()
        while ready().count < target {
            try Task.checkCancellation()
            try host.makePassage("pool", "\(name)-\(version)")
            try FreeSpace.check(at: directory)
            _ = try await build(warm: true)
        }
    }

    private func build(warm: Bool) async throws -> String {
        try await Self.makers.run {
            let entry = UUID().uuidString.lowercased()
            let partial = "\(directory)/\(entry)\(Self.suffix)"
            Self.inWork.withLock { _ = $0.insert(partial) }
            defer { Self.inWork.withLock { _ = $0.remove(partial) } }
            do {
                try FileSystem.makeDirectory(partial, mode: host.passageMode)
                try await make(partial, warm)
                try system("rename \(partial)") { rename(partial, "\(directory)/\(entry)") }
                try FileSystem.syncDirectory(directory)
            } catch {
                try await discard(partial)
                throw error
            }
            return entry
        }
    }

    func removeLeftovers() async throws {
        for name in FileSystem.names(in: directory) where name.hasSuffix(Self.suffix) {
            let path = "\(directory)/\(name)"
            if !Self.inWork.withLock({ $0.contains(path) }) { try await discard(path) }
        }
    }

    /// Runs to its end even when the task is cancelled: a process left behind would outlive us.
    private func discard(_ path: String) async throws {
        try await Task { [holders] in
            try await holders.clear(path, patience: .zero)
            try TreeRemoval.remove(path)
        }.value
    }
}
