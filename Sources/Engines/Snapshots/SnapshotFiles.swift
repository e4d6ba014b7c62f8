import Foundation

/// A complete snapshot on disk.
public struct SnapshotFiles: Sendable {
    let directory: String
    let manifest: SnapshotManifest
    let report: @Sendable (Int) -> Void
    let isCancelled: @Sendable () -> Bool

    /// Copies everything to `target`, an empty directory, and compares it with the checksums. On the disk when it returns.
    /// Blocks.
    ///
    /// - Parameters:
    ///   - prefix: only what is below, and without it: `data`. Empty for everything.
    ///   - owner: of the new files; nil for ourselves.
    func copy(to target: String, below prefix: String = "", owner: EngineUser? = nil) throws {
        func inner(_ path: String) -> String? {
            if prefix.isEmpty { return path }
            return path.hasPrefix("\(prefix)/") ? String(path.dropFirst(prefix.count + 1)) : nil
        }
        let total = manifest.bytes
        let probe = manifest.files.max { $0.size < $1.size }.map { "\(directory)/\($0.path)" }
        if let probe, FileSystem.exists(probe) { try FreeSpace.check(copying: total, probe, to: target) }
        let progress = SnapshotProgress(total: total, report: report)
        let copy = TreeCopy(
            source: directory, target: target, owner: owner, mayVanish: false, isCancelled: isCancelled,
            done: { progress.advance($0) })
        try copy.make(directories: manifest.directories.compactMap(inner))
        _ = try copy.perform(
            manifest.files.compactMap { file in
                inner(file.path).map { .init(source: file.path, target: $0, size: file.size, checksum: file.checksum) }
            })
        try FileSystem.synchroniseFileSystem(target)
    }

    /// The content of a small file of it, compared with its checksum.
    func read(_ path: String) throws -> String {
        guard let listed = manifest.files.first(where: { $0.path == path }) else {
            throw EngineError.snapshotDamaged(what: "\(path) is not in its \(SnapshotManifest.name)")
        }
        let file = try Descriptor(opening: "\(directory)/\(path)", O_RDONLY | O_NOFOLLOW)
        let (size, checksum) = try FileCopy.checksum(file, path)
        guard size == listed.size, checksum == listed.checksum, let text = FileSystem.read("\(directory)/\(path)") else {
            throw EngineError.snapshotDamaged(what: "\(path) is not what it was when the snapshot was taken")
        }
        return text
    }
}
