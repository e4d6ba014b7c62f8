import CMartlet
import Foundation
import Synchronization

/// A snapshot in the making: a directory `DIR/snapshots/ID.partial` that an engine fills.
public final class SnapshotDraft: Sendable {
    let directory: String
    /// How its files are encrypted; nil for not at all.
    let seal: SnapshotSeal?
    private let report: @Sendable (Int) -> Void
    private let isCancelled = Atomic(false)
    private let mustStop: @Sendable () -> Bool

    private struct State {
        var manifest = SnapshotManifest(product: "", takenAt: .distantPast, directories: [], files: [])
        var expected: Int64 = 0
        var done: Int64 = 0
    }
    private let state = Mutex(State())

    /// - Parameters:
    ///   - report: called with the percentage that is done.
    ///   - isCancelled: asked, beside `cancel`, whether to stop.
    init(
        directory: String, seal: SnapshotSeal?, report: @escaping @Sendable (Int) -> Void,
        isCancelled: @escaping @Sendable () -> Bool = { false }
    ) {
        self.directory = directory
        self.seal = seal
        self.report = report
        mustStop = isCancelled
    }

    /// What is being copied stops soon.
    func cancel() { isCancelled.store(true, ordering: .relaxed) }

    /// Copies what a listing of `root` has found to `data/`. Blocks.
    ///
    /// - Parameters:
    ///   - pages: for a file whose pages have to be checked while they are read.
    ///   - beginnings: what the copies of some files begin with, whatever the files say there.
    func copy(
        _ listing: TreeListing, of root: String, mayVanish: Bool, beginnings: [String: [UInt8]] = [:],
        pages: (_ path: String) -> InnoDBPages? = { _ in nil }
    ) throws {
        let copy = TreeCopy(
            source: root, target: directory, opening: nil, sealing: seal, owner: nil, mayVanish: mayVanish,
            isCancelled: { [self] in isCancelled.load(ordering: .relaxed) || mustStop() }, done: { [self] in advance($0) })
        // Encrypted blocks cannot be shared.
        let probe = seal == nil ? listing.files.max { $0.size < $1.size }.map { "\(root)/\($0.path)" } : nil
        try FreeSpace.check(copying: listing.bytes, probe, to: directory)
        state.withLock { $0.expected += listing.bytes }
        let directories = ["data"] + listing.directories.map { "data/\($0)" }
        try copy.make(directories: directories)
        let files = try copy.perform(
            listing.files.map {
                .init(
                    source: $0.path, target: "data/\($0.path)", size: $0.size, pages: pages($0.path),
                    beginning: beginnings[$0.path] ?? [])
            })
        state.withLock {
            $0.manifest.directories = Set($0.manifest.directories + directories).sorted()
            $0.manifest.files += files
        }
    }

    /// Adds a small file whose content is known.
    func add(_ path: String, _ bytes: [UInt8]) throws {
        assert(bytes.count <= FileCopy.chunkBytes)
        let place = seal?.place(of: path) ?? path
        let made = try Descriptor(opening: "\(directory)/\(place)", O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o600)
        let plain = PlainFile(file: made, path: path)
        let target: any ChunkSink = if let seal { try SealedFile(making: plain, at: path, seal) } else { plain }
        let checksum = try bytes.withUnsafeBytes { content in
            if !content.isEmpty { try target.write(content, at: 0) }
            return martlet_crc32c(0, content.baseAddress, content.count)
        }
        try target.finish(size: Int64(bytes.count))
        state.withLock {
            $0.manifest.files.append(
                .init(path: path, size: Int64(bytes.count), checksum: checksum, holes: seal == nil ? nil : []))
        }
    }

    private func advance(_ bytes: Int64) {
        let percent = state.withLock { state in
            state.done += bytes
            return state.expected > 0 ? Int(min(99, state.done * 100 / state.expected)) : 0
        }
        report(percent)
    }

    /// The copy shows this moment.
    func isComplete(product: String, at date: Date) {
        state.withLock {
            $0.manifest.product = product
            $0.manifest.takenAt = date
        }
    }

    /// Starts from nothing again.
    func clear() throws {
        for name in FileSystem.names(in: directory) { try TreeRemoval.remove("\(directory)/\(name)") }
        state.withLock { $0 = State() }
    }

    var manifest: SnapshotManifest { state.withLock { $0.manifest } }
}
