import Foundation
import Synchronization
import Volumes

/// Initialised, never used clusters of one engine version, ready to be taken.
///
/// An entry is a directory `DIR/pool/ENGINE-VERSION/UUID`, made under the name `UUID.partial` and renamed once it is complete
/// and on the disk. Taking it is a rename, so that nobody else takes the same one, and making it the instance's directory is
/// another, so that a kill at any instant leaves an entry, a leftover that `fill` removes, or an instance.
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

    static let suffix = ".partial"
    /// Directories that this process is working in now: not leftovers.
    static let inWork = Mutex<Set<String>>([])
    /// Clusters that somebody waits for, made at the same time: initialisation is bound by the processors.
    static let makers = AsyncSemaphore(ProcessInfo.processInfo.activeProcessorCount + 1)

    var directory: String { host.poolDirectory(engine: name, version: version) }

    /// The complete entries.
    func ready() -> [String] { FileSystem.names(in: directory).filter { !$0.contains(".") } }

    /// The complete entries that are in images, or those that are not.
    func ready(inImages: Bool) -> [String] {
        ready().filter { FileSystem.exists(Self.imageSite("\(directory)/\($0)").image) == inImages }
    }

    /// Gives `instance`, a directory that is missing or holds no cluster, a warm cluster, or makes one for it.
    func provide(_ instance: String) async throws {
        let claimed = try await BlockingPool.shared.run {
            try host.makePassage("instances")
            try host.makePassage("pool", "\(name)-\(version)")
            try FreeSpace.check(at: directory)
            return try claim(for: instance)
        }
        if claimed { return }
        try await Self.makers.run { try await build(warm: false) { try put($0, at: instance) } }
    }

    /// Takes an entry if there is one.
    private func claim(for instance: String) throws -> Bool {
        guard let mine = try take(inImages: false) else { return false }
        defer { release(mine) }
        try put(mine, at: instance)
        return true
    }

    /// Takes an entry out of the pool, if there is one; whoever took it owes `release`.
    ///
    /// Under the name that is returned nobody else can take it any more; should we be killed now, it is a leftover.
    func take(inImages: Bool) throws -> String? {
        for entry in ready(inImages: inImages) {
            let mine = "\(directory)/\(entry)\(Self.suffix)"
            Self.inWork.withLock { _ = $0.insert(mine) }
            if rename("\(directory)/\(entry)", mine) == 0 { return mine }
            let code = errno
            release(mine)
            guard code == ENOENT else { throw EngineError.refused("rename \(entry)", code) }
        }
        return nil
    }

    func release(_ mine: String) { Self.inWork.withLock { _ = $0.remove(mine) } }

    /// Makes a complete cluster the instance's, in one rename; durable when it returns.
    private func put(_ source: String, at instance: String) throws {
        if rename(source, instance) != 0 {
            let code = errno
            guard code == ENOTEMPTY || code == EEXIST else { throw EngineError.refused("rename to \(instance)", code) }
            try moveParts(of: source, into: instance)
        }
        try FileSystem.syncDirectory(FileSystem.parent(instance))
        try FileSystem.syncDirectory(directory)
    }

    /// For an instance directory that holds something already, such as a log: the parts move one by one, the data last.
    func moveParts(of source: String, into instance: String) throws {
        for part in FileSystem.names(in: source).filter({ $0 != "data" }) + ["data"] {
            try system("rename \(part)") { rename("\(source)/\(part)", "\(instance)/\(part)") }
        }
        try FileSystem.syncDirectory(instance)
        try TreeRemoval.remove(source)
    }

    /// Makes entries until `target` are ready; removes what interrupted makers have left, and what nobody takes any more.
    func fill(target: Int, inImages: Bool = false) async throws {
        try await removeLeftovers()
        for useless in ready(inImages: !inImages) { try await discard("\(directory)/\(useless)") }
        while ready().count < target {
            try Task.checkCancellation()
            try host.makePassage("pool", "\(name)-\(version)")
            try FreeSpace.check(at: directory)
            try await build(warm: true, inImage: inImages) { partial in
                try system("rename \(partial)") { rename(partial, String(partial.dropLast(Self.suffix.count))) }
                try FileSystem.syncDirectory(directory)
            }
        }
    }

    /// Makes a cluster and hands its directory to `finish`, which gives it a lasting name.
    private func build(
        warm: Bool, inImage: Bool = false, _ finish: @escaping @Sendable (_ directory: String) throws -> Void
    ) async throws {
        let entry = UUID().uuidString.lowercased()
        let partial = "\(directory)/\(entry)\(Self.suffix)"
        Self.inWork.withLock { _ = $0.insert(partial) }
        defer { Self.inWork.withLock { _ = $0.remove(partial) } }
        do {
            try FileSystem.makeDirectory(partial, mode: host.passageMode)
            if inImage { try await makeInImage(partial, warm) } else { try await make(partial, warm) }
            try await BlockingPool.shared.run { try finish(partial) }
        } catch {
            try await discard(partial)
            throw error
        }
    }

    /// A cluster for one use: made, lent to `body`, removed.
    func lend<Result: Sendable>(_ body: @Sendable (_ directory: String) async throws -> Result) async throws -> Result {
        try host.makePassage("pool", "\(name)-\(version)")
        try FreeSpace.check(at: directory)
        let partial = "\(directory)/\(UUID().uuidString.lowercased())\(Self.suffix)"
        Self.inWork.withLock { _ = $0.insert(partial) }
        defer { Self.inWork.withLock { _ = $0.remove(partial) } }
        do {
            try FileSystem.makeDirectory(partial, mode: host.passageMode)
            try await make(partial, false)
            let result = try await body(partial)
            try await discard(partial)
            return result
        } catch {
            try await discard(partial)
            throw error
        }
    }

    /// Entries of versions that are not installed any more can never be used.
    static func removeForgotten(_ name: String, keeping versions: [String], host: EngineHost) throws {
        let known = Set(versions.map { "\(name)-\($0)" })
        let pools = "\(host.directory)/pool"
        for found in FileSystem.names(in: pools) where found.hasPrefix("\(name)-") && !known.contains(found) {
            try TreeRemoval.remove("\(pools)/\(found)")
        }
    }

    func removeLeftovers() async throws {
        for name in FileSystem.names(in: directory) where name.hasSuffix(Self.suffix) {
            let path = "\(directory)/\(name)"
            if !Self.inWork.withLock({ $0.contains(path) }) { try await discard(path) }
        }
    }

    /// Runs to its end even when the task is cancelled: a process left behind would outlive us.
    func discard(_ path: String) async throws {
        try await Task { [holders, host] in
            try await holders.clear(path, patience: .zero)
            try await BlockingPool.shared.run {
                try host.volumes.clear(path)
                try TreeRemoval.remove(path)
            }
        }.value
    }
}
