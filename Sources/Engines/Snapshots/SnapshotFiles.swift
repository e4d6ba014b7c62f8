import CMartlet
import Foundation

/// A complete snapshot on disk.
public struct SnapshotFiles: Sendable {
    let directory: String
    let manifest: SnapshotManifest
    /// How its files are encrypted; nil for not at all.
    let seal: SnapshotSeal?
    let report: @Sendable (Int) -> Void
    let isCancelled: @Sendable () -> Bool

    /// Copies everything to `target`, an empty directory, and compares it with the checksums. On the disk when it returns.
    /// Blocks.
    ///
    /// - Parameters:
    ///   - prefix: only what is below, and without it: `data`. Empty for everything.
    ///   - owner: of the new files; nil for ourselves.
    ///   - sealing: how the copies are encrypted; nil for not at all.
    /// - Returns: the copies, as a manifest lists them.
    @discardableResult
    func copy(
        to target: String, below prefix: String = "", owner: EngineUser? = nil, sealing: SnapshotSeal? = nil
    ) throws -> [SnapshotManifest.File] {
        func inner(_ path: String) -> String? {
            if prefix.isEmpty { return path }
            return path.hasPrefix("\(prefix)/") ? String(path.dropFirst(prefix.count + 1)) : nil
        }
        let total = manifest.bytes
        let isPlain = seal == nil && sealing == nil
        let probe = isPlain ? manifest.files.max { $0.size < $1.size }.map { "\(directory)/\($0.path)" } : nil
        try FreeSpace.check(copying: total, probe.flatMap { FileSystem.exists($0) ? $0 : nil }, to: target)
        let progress = SnapshotProgress(total: total, report: report)
        let copy = TreeCopy(
            source: directory, target: target, opening: seal, sealing: sealing, owner: owner, mayVanish: false,
            isCancelled: isCancelled, done: { progress.advance($0) })
        try copy.make(directories: manifest.directories.compactMap(inner))
        let copies = try copy.perform(
            manifest.files.compactMap { file in
                inner(file.path).map { .init(source: file.path, target: $0, size: file.size, listed: file) }
            })
        try FileSystem.synchroniseFileSystem(target)
        return copies
    }

    /// The content of a small file of it, compared with its checksum.
    func read(_ path: String) throws -> String {
        guard let listed = manifest.files.first(where: { $0.path == path }), listed.size <= FileCopy.chunkBytes else {
            throw EngineError.snapshotDamaged(what: "\(path) is not in its \(SnapshotManifest.name)")
        }
        let file = try Descriptor(opening: "\(directory)/\(seal?.place(of: path) ?? path)", O_RDONLY | O_NOFOLLOW)
        let plain = PlainFile(file: file, path: path)
        let source: any ChunkSource = if let seal { try SealedFile(opening: plain, listed, seal) } else { plain }
        var bytes = [UInt8](repeating: 0, count: Int(listed.size) + 1)
        let count = try bytes.withUnsafeMutableBytes { try source.read($0, $0.count, at: 0) }
        let checksum = bytes.withUnsafeBytes { martlet_crc32c(0, $0.baseAddress, count) }
        guard count == listed.size, checksum == listed.checksum else {
            throw EngineError.snapshotDamaged(what: "\(path) is not what it was when the snapshot was taken")
        }
        return String(decoding: bytes[..<count], as: UTF8.self)
    }
}
