import CMartlet
import Foundation
import Synchronization

/// What an image holds: read in pieces by several threads, holes left out.
///
/// A hole is zeros that were never written. Where file systems put them is theirs to say, and may differ from copy to copy: what
/// counts is that nothing but zeros is outside the pieces.
struct ImageContent: Sendable {
    /// The longest piece: what one thread reads at a time.
    static let pieceBytes: Int64 = 8 << 20
    /// What is read in one call.
    private static let readBytes = 1 << 20

    let path: String
    let isCancelled: @Sendable () -> Bool
    /// Called with the bytes of every piece that is done.
    let done: @Sendable (Int64) -> Void

    private struct State {
        var next = 0
        var pieces: [SnapshotManifest.Piece] = []
        var failure: (any Error)?
    }

    /// Lists what is there. Blocks.
    func list() throws -> (size: Int64, pieces: [SnapshotManifest.Piece]) {
        let file = PlainFile(file: try Descriptor(opening: path, O_RDONLY | O_NOFOLLOW), path: path)
        let size = try file.size
        let spans = try Self.spans(file, from: 0, to: size)
        Self.bypassCache(file, spans)
        let pieces = try each(spans) { span, buffer -> SnapshotManifest.Piece? in
            let (checksum, isZero) = try read(file, span, buffer)
            return isZero ? nil : .init(offset: span.offset, length: span.length, checksum: checksum)
        }
        return (size, pieces)
    }

    /// Compares what is there with what is listed. Blocks.
    ///
    /// - Throws: `EngineError.snapshotDamaged` that names the file as `name`.
    func verify(_ image: SnapshotManifest.Image, named name: String) throws {
        let damaged = EngineError.snapshotDamaged(what: "\(name) is not what it was when the snapshot was taken")
        let opened = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC)
        if opened < 0, errno == ENOENT { throw EngineError.snapshotDamaged(what: "\(name) is missing") }
        guard opened >= 0 else { throw EngineError.refused("open \(path)", errno) }
        let file = PlainFile(file: Descriptor(owning: opened), path: path)
        guard try file.size == image.size else { throw damaged }
        let spans = image.pieces.map { SnapshotManifest.Extent(offset: $0.offset, length: $0.length) }
        let gaps = try Self.gaps(file, image)
        Self.bypassCache(file, spans + gaps)
        _ = try each(spans) { span, buffer in
            let (checksum, _) = try read(file, span, buffer)
            return .init(offset: span.offset, length: span.length, checksum: checksum)
        } found: { piece, index in
            if piece != image.pieces[index] { throw damaged }
        }
        for gap in gaps {
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.readBytes, alignment: 4096)
            defer { buffer.deallocate() }
            guard try read(file, gap, buffer).isZero else { throw damaged }
        }
    }

    /// A copy that shares its blocks shares no page of the cache. Filling pages with what is read once takes several times as
    /// long as reading it, and takes them from servers; and what is on the disk is what is to be compared.
    private static func bypassCache(_ file: PlainFile, _ spans: [SnapshotManifest.Extent]) {
        let isAligned = spans.allSatisfy { $0.offset % alignment == 0 && $0.length % alignment == 0 }
        guard isAligned, martlet_bypass_cache(file.file.number, 1) == 0 else { return }
        let probe = UnsafeMutableRawPointer.allocate(byteCount: Int(alignment), alignment: Int(alignment))
        defer { probe.deallocate() }
        // Disks with larger blocks, and file systems that only say yes.
        if pread(file.file.number, probe, Int(alignment), 0) < 0 { _ = martlet_bypass_cache(file.file.number, 0) }
    }

    /// Bytes: the blocks of nearly all disks and file systems.
    private static let alignment: Int64 = 4096

    /// Data, rounded to nothing: as the file system says, cut into pieces.
    private static func spans(_ file: PlainFile, from start: Int64, to end: Int64) throws -> [SnapshotManifest.Extent] {
        var spans: [SnapshotManifest.Extent] = []
        var offset = start
        while offset < end {
            let data = martlet_next_data(file.file.number, off_t(offset))
            guard data >= 0, Int64(data) < end else { break }
            let stop = min(end, Int64(martlet_next_hole(file.file.number, data)))
            offset = max(Int64(data), offset)
            guard stop > offset else { throw EngineError.damaged(what: "\(file.path) does not say where its holes are") }
            while offset < stop {
                let length = min(pieceBytes - offset % pieceBytes, stop - offset)
                spans.append(.init(offset: offset, length: length))
                offset += length
            }
        }
        return spans
    }

    /// Data where none is listed.
    private static func gaps(_ file: PlainFile, _ image: SnapshotManifest.Image) throws -> [SnapshotManifest.Extent] {
        var gaps: [SnapshotManifest.Extent] = []
        var end: Int64 = 0
        for piece in image.pieces + [.init(offset: image.size, length: 0, checksum: 0)] {
            if piece.offset > end { gaps += try spans(file, from: end, to: piece.offset) }
            end = piece.offset + piece.length
        }
        return gaps
    }

    /// Several at a time; the results are in order.
    private func each(
        _ spans: [SnapshotManifest.Extent],
        _ work: @Sendable (SnapshotManifest.Extent, UnsafeMutableRawBufferPointer) throws -> SnapshotManifest.Piece?,
        found: @Sendable (SnapshotManifest.Piece, _ index: Int) throws -> Void = { _, _ in }
    ) throws -> [SnapshotManifest.Piece] {
        let state = Mutex(State())
        DispatchQueue.concurrentPerform(iterations: min(TreeCopy.workers, max(1, spans.count))) { _ in
            let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.readBytes, alignment: 4096)
            defer { buffer.deallocate() }
            while let index = state.withLock({ state -> Int? in
                guard state.failure == nil, state.next < spans.count else { return nil }
                state.next += 1
                return state.next - 1
            }) {
                do {
                    if isCancelled() { throw CancellationError() }
                    if let piece = try work(spans[index], buffer) {
                        try found(piece, index)
                        state.withLock { $0.pieces.append(piece) }
                    }
                    done(spans[index].length)
                } catch { state.withLock { $0.failure = $0.failure ?? error } }
            }
        }
        let (pieces, failure) = state.withLock { ($0.pieces, $0.failure) }
        if let failure { throw failure }
        return pieces.sorted { $0.offset < $1.offset }
    }

    private func read(
        _ file: PlainFile, _ span: SnapshotManifest.Extent, _ buffer: UnsafeMutableRawBufferPointer
    ) throws -> (checksum: UInt32, isZero: Bool) {
        var (checksum, isZero, offset) = (UInt32(0), true, span.offset)
        let end = span.offset + span.length
        while offset < end {
            let wanted = Int(min(Int64(buffer.count), end - offset))
            let count = try file.read(buffer, wanted, at: offset)
            guard count == wanted else { throw EngineError.damaged(what: "\(path) has become shorter") }
            checksum = martlet_crc32c(checksum, buffer.baseAddress, count)
            isZero = isZero && martlet_is_zero(buffer.baseAddress, count) != 0
            offset += Int64(count)
        }
        return (checksum, isZero)
    }
}
