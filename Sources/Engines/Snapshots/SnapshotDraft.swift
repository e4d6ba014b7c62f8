public import Foundation
import Synchronization

/// A snapshot in the making: a directory `DIR/snapshots/ID.partial` that an engine fills.
public final class SnapshotDraft: Sendable {
    let directory: String
    private let report: @Sendable (Int) -> Void
    private let isCancelled = Atomic(false)

    private struct State {
        var manifest = SnapshotManifest(product: "", takenAt: .distantPast, directories: [], files: [])
        var expected: Int64 = 0
        var done: Int64 = 0
    }
    private let state = Mutex(State())

    /// - Parameter report: called with the percentage that is done.
    init(directory: String, report: @escaping @Sendable (Int) -> Void) {
        self.directory = directory
        self.report = report
    }

    /// What is being copied stops soon.
    func cancel() { isCancelled.store(true, ordering: .relaxed) }

    /// Copies what a listing of `root` has found to `data/`. Blocks.
    ///
    /// - Parameter pages: for a file whose pages have to be checked while they are read.
    func copy(
        _ listing: TreeListing, of root: String, mayVanish: Bool, pages: (_ path: String) -> InnoDBPages? = { _ in nil }
    ) throws {
        let copy = TreeCopy(
            source: root, target: directory, owner: nil, mayVanish: mayVanish,
            isCancelled: { [self] in isCancelled.load(ordering: .relaxed) }, done: { [self] in advance($0) })
        let probe = listing.files.max { $0.size < $1.size }.map { "\(root)/\($0.path)" }
        try FreeSpace.check(copying: listing.bytes, probe, to: directory)
        state.withLock { $0.expected += listing.bytes }
        let directories = ["data"] + listing.directories.map { "data/\($0)" }
        try copy.make(directories: directories)
        let files = try copy.perform(
            listing.files.map {
                .init(source: $0.path, target: "data/\($0.path)", size: $0.size, pages: pages($0.path))
            })
        state.withLock {
            $0.manifest.directories = Set($0.manifest.directories + directories).sorted()
            $0.manifest.files += files
        }
    }

    /// Adds a file whose content is known.
    func add(_ path: String, _ bytes: [UInt8]) throws {
        let file = try Descriptor(opening: "\(directory)/\(path)", O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o600)
        try FileSystem.write(bytes, to: file, path)
        let reading = try Descriptor(opening: "\(directory)/\(path)", O_RDONLY | O_NOFOLLOW)
        let (size, checksum) = try FileCopy.checksum(reading, path)
        state.withLock { $0.manifest.files.append(.init(path: path, size: size, checksum: checksum)) }
    }

    /// The checksum of a file was taken before the file was complete.
    func measure(_ path: String) throws {
        let reading = try Descriptor(opening: "\(directory)/\(path)", O_RDONLY | O_NOFOLLOW)
        let (size, checksum) = try FileCopy.checksum(reading, path)
        state.withLock { state in
            state.manifest.files.removeAll { $0.path == path }
            state.manifest.files.append(.init(path: path, size: size, checksum: checksum))
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
