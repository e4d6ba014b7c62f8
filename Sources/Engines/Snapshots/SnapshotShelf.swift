public import Crypto
public import Foundation
import PrivateFiles
import Synchronization
import Volumes

/// Where snapshots are kept: `DIR/snapshots/ID`, made under the name `ID.partial` and renamed once complete and on the disk. So
/// a kill at any instant leaves a complete snapshot, or a leftover that is made again or removed.
public struct SnapshotShelf: Sendable {
    /// What is known of a complete snapshot.
    public struct Facts: Sendable, Equatable {
        /// The moment that its data show.
        public var takenAt: Date
    }

    static let suffix = ".partial"

    let host: EngineHost
    let verifications = Verifications()
    var directory: String { "\(host.directory)/snapshots" }

    public init(host: EngineHost) { self.host = host }

    func path(_ id: String) -> String { "\(directory)/\(id)" }

    /// Nil when there is no complete snapshot of that name.
    ///
    /// - Throws: `EngineError.snapshotDamaged` when its list of files cannot be read.
    private func facts(_ id: String, _ seal: SnapshotSeal?) throws -> Facts? {
        guard FileSystem.exists(path(id)) else { return nil }
        let manifest = try manifest(id, seal)
        return Facts(takenAt: manifest.takenAt)
    }

    /// Takes a snapshot, unless it is there.
    ///
    /// - Parameters:
    ///   - volume: what the instance is on; nil for a plain directory. Where an image of it can share its blocks that is taken,
    ///     else all files one by one.
    ///   - key: the snapshot's own, under which it is encrypted; nil for not at all.
    ///   - progress: called with the percentage that is done.
    public func take(
        _ id: String, of site: ServerSite, by engine: any Engine, on volume: InstanceVolume? = nil, key: SymmetricKey?,
        progress: @escaping @Sendable (Int) -> Void
    ) async throws -> Facts {
        let seal = key.map { SnapshotSeal(key: $0) }
        if let facts = try facts(id, seal) { return facts }
        return try await build(id, seal) { partial in
            if seal == nil, let volume, let manifest = try await image(id, of: site, by: engine, volume, in: partial, progress) {
                return manifest
            }
            let draft = SnapshotDraft(directory: partial, seal: seal, report: progress)
            try await withTaskCancellationHandler {
                try await engine.copyCluster(of: site, into: draft)
            } onCancel: {
                draft.cancel()
            }
            return draft.manifest
        }
    }

    /// Makes a copy of a snapshot, unless it is there; every file is compared with its checksum on the way.
    ///
    /// - Parameters:
    ///   - key: of the snapshot.
    ///   - newKey: of the copy, which is encrypted under it; nil for not at all.
    ///   - engine: that knows the files of an image; nil where it is not installed any more.
    public func copy(
        _ id: String, key: SymmetricKey?, to new: String, key newKey: SymmetricKey?, by engine: (any Engine)? = nil,
        progress: @escaping @Sendable (Int) -> Void
    ) async throws -> Facts {
        let sealing = newKey.map { SnapshotSeal(key: $0) }
        if let facts = try facts(new, sealing) { return facts }
        return try await build(new, sealing) { partial in
            try await withFiles(id, key, progress: progress) { files in
                if files.manifest.image != nil { return try copyImage(files, to: partial, sealing, by: engine) }
                var manifest = files.manifest
                manifest.files = try files.copy(to: partial, sealing: sealing)
                return manifest
            }
        }
    }

    /// Makes the data directory of a new instance.
    ///
    /// - Parameters:
    ///   - volume: what it is to be on, made along the way; nil for a plain directory.
    ///   - key: of the snapshot.
    public func restore(
        _ id: String, to site: ServerSite, by engine: any Engine, on volume: InstanceVolume?, key: SymmetricKey?,
        progress: @escaping @Sendable (Int) -> Void = { _ in }
    ) async throws {
        let cancelled = CancelMark()
        try await withTaskCancellationHandler {
            let files = try files(id, key, cancelled, progress)
            if let image = files.manifest.image {
                return try await restore(image, files, id, to: site, by: engine, on: volume)
            }
            if let volume {
                try await BlockingPool.shared.run {
                    try host.makePassage("instances")
                    try host.makePassage("volumes")
                    try volume.attach(mayCreate: true)
                }
            }
            try await engine.restore(site, from: files)
        } onCancel: {
            cancelled.set()
        }
    }

    private func withFiles<Result: Sendable>(
        _ id: String, _ key: SymmetricKey?, progress: @escaping @Sendable (Int) -> Void,
        _ body: @escaping @Sendable (SnapshotFiles) throws -> Result
    ) async throws -> Result {
        let cancelled = CancelMark()
        return try await withTaskCancellationHandler {
            try await BlockingPool.shared.run { try body(files(id, key, cancelled, progress)) }
        } onCancel: {
            cancelled.set()
        }
    }

    func files(
        _ id: String, _ key: SymmetricKey?, _ cancelled: CancelMark, _ progress: @escaping @Sendable (Int) -> Void
    ) throws -> SnapshotFiles {
        let seal = key.map { SnapshotSeal(key: $0) }
        return SnapshotFiles(
            directory: path(id), manifest: try manifest(id, seal), seal: seal, report: progress,
            isCancelled: { cancelled.isSet })
    }

    private func manifest(_ id: String, _ seal: SnapshotSeal?) throws -> SnapshotManifest {
        guard FileSystem.isDirectory(path(id)) else { throw EngineError.snapshotDamaged(what: "its directory is missing") }
        let file = "\(path(id))/\(SnapshotManifest.name)"
        guard let found = FileSystem.status(file), found.st_mode & S_IFMT == S_IFREG else {
            throw EngineError.snapshotDamaged(what: "its \(SnapshotManifest.name) is missing")
        }
        guard found.st_size <= SnapshotManifest.sizeLimit else {
            throw EngineError.snapshotDamaged(what: "its \(SnapshotManifest.name) is too long")
        }
        let bytes: Data
        do { bytes = try Data(contentsOf: URL(fileURLWithPath: file)) } catch {
            throw EngineError.system(what: "read \(file)", reason: "\(error)")
        }
        return try SnapshotManifest(seal?.open(manifest: bytes) ?? bytes)
    }

    /// Fills a new directory and gives it its lasting name.
    private func build(
        _ id: String, _ seal: SnapshotSeal?, _ fill: @Sendable (_ partial: String) async throws -> SnapshotManifest
    ) async throws -> Facts {
        let partial = path(id) + Self.suffix
        try host.makePassage()
        try FileSystem.makeDirectory(directory, mode: 0o700)
        try await BlockingPool.shared.run { try discard(partial) }
        do {
            try FileSystem.makeDirectory(partial, mode: 0o700)
            let manifest = try await fill(partial)
            return try await BlockingPool.shared.run { try finish(id, partial, manifest, seal) }
        } catch {
            // Whatever happens to the task, nobody needs what is half done.
            try await Task { try await BlockingPool.shared.run { try discard(partial) } }.value
            throw error
        }
    }

    /// Deletes what is half done; a scratch image of it may still be mounted.
    func discard(_ partial: String) throws {
        guard FileSystem.exists(partial) else { return }
        try unmountScratch(partial)
        try TreeRemoval.remove(partial)
    }

    private func finish(
        _ id: String, _ partial: String, _ manifest: SnapshotManifest, _ seal: SnapshotSeal?
    ) throws -> Facts {
        // An image is on the disk by itself, and the rest of the file system is none of our business.
        if manifest.image == nil { try FileSystem.synchroniseFileSystem(partial) }
        var text = try manifest.text()
        if let seal { text = try seal.seal(manifest: text) }
        do throws(FileFailure) {
            try PrivateFile.replace("\(partial)/\(SnapshotManifest.name)", with: text, mode: 0o600)
        } catch {
            throw EngineError.refused(error.what, error.code)
        }
        try system("rename \(partial)") { rename(partial, path(id)) }
        try FileSystem.syncDirectory(directory)
        return Facts(takenAt: manifest.takenAt)
    }

    /// Takes a snapshot out of sight, in one instant. Returns what is still to be deleted.
    public func hide(_ id: String) throws -> Remains { try hide(id, whole: true) }

    /// - Parameter whole: the complete snapshot as well as what is left of an attempt.
    private func hide(_ id: String, whole: Bool) throws -> Remains {
        try FileSystem.makeDirectory("\(host.directory)/trash", mode: 0o700)
        var remains = Remains(paths: [])
        for name in (whole ? [id] : []) + [id + Self.suffix] where FileSystem.exists("\(directory)/\(name)") {
            let hidden = "\(host.directory)/trash/\(UUID().uuidString)"
            if name.hasSuffix(Self.suffix) { try unmountScratch("\(directory)/\(name)") }
            try system("rename \(name)") { rename("\(directory)/\(name)", hidden) }
            remains.paths.append(hidden)
        }
        if !remains.paths.isEmpty { try FileSystem.syncDirectory(directory) }
        return remains
    }

    /// What `hide` has left. What is not deleted now is with the next start.
    public struct Remains: Sendable {
        fileprivate var paths: [String]

        public func remove() async throws {
            try await BlockingPool.shared.run { for path in paths { try TreeRemoval.remove(path) } }
        }
    }

    /// Takes what interrupted work has left out of sight, before anybody works: a snapshot that is still wanted is made again
    /// from the start.
    public func hideLeftovers() throws -> Remains {
        var remains = Remains(paths: [])
        for name in FileSystem.names(in: directory) where name.hasSuffix(Self.suffix) {
            remains.paths += try hide(String(name.dropLast(Self.suffix.count)), whole: false).paths
        }
        return remains
    }

    /// Complete snapshots that nobody knows of. They are kept: who forgot them may remember.
    public func strays(known: Set<String>) -> [String] {
        FileSystem.names(in: directory).filter { !$0.hasSuffix(Self.suffix) && !known.contains($0) }
    }
}

final class CancelMark: Sendable {
    private let flag = Atomic(false)
    var isSet: Bool { flag.load(ordering: .relaxed) }
    func set() { flag.store(true, ordering: .relaxed) }
}
