import CMartlet
import Foundation
import Synchronization

/// Copies many files at a time.
struct TreeCopy: Sendable {
    /// A file that is to be copied.
    struct Item: Sendable {
        var source: String
        var target: String
        var size: Int64
        /// What the file has to come to; nil where that is found out.
        var listed: SnapshotManifest.File?
        /// How a page that was being written while it was read is found out.
        var pages: InnoDBPages?
        /// What the copy begins with, whatever the source says there.
        var beginning: [UInt8] = []
    }

    /// The directories that `source` and `target` of the items are relative to.
    let source: String
    let target: String
    /// How the source is encrypted, and the copy; nil for not at all.
    let opening: SnapshotSeal?
    let sealing: SnapshotSeal?
    /// To whom the new files belong; nil for ourselves.
    let owner: EngineUser?
    /// A file that is gone by now is left out.
    let mayVanish: Bool
    let isCancelled: @Sendable () -> Bool
    /// Called with the bytes of every file that is done.
    let done: @Sendable (Int64) -> Void

    /// More do not make one disk faster, and fewer leave a processor idle.
    static let workers = max(2, min(4, ProcessInfo.processInfo.activeProcessorCount))

    private struct State {
        var next = 0
        var results: [SnapshotManifest.File] = []
        var failure: (any Error)?
    }

    /// Blocks. Nothing is on the disk for certain when it returns.
    func perform(_ items: [Item]) throws -> [SnapshotManifest.File] {
        // Big ones first, so that nobody is left with one at the end.
        let items = items.sorted { $0.size > $1.size }
        let from = try Descriptor.directory(source)
        let to = try Descriptor.directory(target)
        let state = Mutex(State())
        DispatchQueue.concurrentPerform(iterations: min(Self.workers, max(1, items.count))) { _ in
            while let item = state.withLock({ state -> Item? in
                guard state.failure == nil, state.next < items.count else { return nil }
                state.next += 1
                return items[state.next - 1]
            }) {
                do {
                    if isCancelled() { throw CancellationError() }
                    guard let file = try copy(item, from, to) else { continue }
                    state.withLock { $0.results.append(file) }
                    done(file.size)
                } catch { state.withLock { $0.failure = $0.failure ?? error } }
            }
        }
        let (results, failure) = state.withLock { ($0.results, $0.failure) }
        if let failure { throw failure }
        return results.sorted { $0.path < $1.path }
    }

    private func copy(_ item: Item, _ from: Descriptor, _ to: Descriptor) throws -> SnapshotManifest.File? {
        let place = opening?.place(of: item.source) ?? item.source
        let opened = martlet_open_below(from.number, place, O_RDONLY | O_NONBLOCK, 0)
        if opened < 0 {
            let code = errno
            if code == ENOENT, mayVanish { return nil }
            if code == ENOENT, item.listed != nil { throw EngineError.snapshotDamaged(what: "\(item.source) is missing") }
            throw EngineError.refused("open \(source)/\(item.source)", code)
        }
        let input = Descriptor(owning: opened)
        let made = try system("make \(target)/\(item.target)") {
            martlet_open_below(to.number, sealing?.place(of: item.target) ?? item.target, O_RDWR | O_CREAT | O_EXCL, 0o600)
        }
        let output = Descriptor(owning: made)
        if let owner { try system("chown \(item.target)") { fchown(made, owner.uid, owner.gid) } }
        let outcome = try transfer(item, input, output)
        if let listed = item.listed, outcome.size != listed.size || outcome.checksum != listed.checksum {
            throw EngineError.snapshotDamaged(what: "\(item.source) is not what it was when the snapshot was taken")
        }
        return SnapshotManifest.File(
            path: item.target, size: outcome.size, checksum: outcome.checksum, holes: sealing == nil ? nil : outcome.holes)
    }

    private func transfer(_ item: Item, _ input: Descriptor, _ output: Descriptor) throws -> FileCopy.Outcome {
        let check = try item.pages.map { try $0.reading(input) }?.check
        guard opening != nil || sealing != nil else {
            return try FileCopy.copy(
                input, to: output, size: item.size, item.source, beginning: item.beginning, check: check)
        }
        let (plainInput, plainOutput) = (PlainFile(file: input, path: item.source), PlainFile(file: output, path: item.target))
        let source: any ChunkSource =
            if let opening, let listed = item.listed { try SealedFile(opening: plainInput, listed, opening) } else { plainInput }
        let target: any ChunkSink =
            if let sealing { try SealedFile(making: plainOutput, at: item.target, sealing) } else { plainOutput }
        return try FileCopy.transfer(source, target, item.size, item.source, beginning: item.beginning, check: check)
    }

    /// The directories first.
    func make(directories: [String]) throws {
        // Encrypted files have no names, and so no directories, of their own.
        for directory in sealing == nil ? directories.sorted() : [SnapshotSeal.directory] {
            try FileSystem.makeDirectory("\(target)/\(directory)", mode: 0o700, owner: owner)
        }
    }
}
