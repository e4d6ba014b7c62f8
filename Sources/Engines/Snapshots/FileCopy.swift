import CMartlet
import Foundation

/// One regular file, copied: its blocks are shared where the file system can do that, its holes stay holes.
enum FileCopy {
    static let chunkBytes = 1 << 20
    /// What the system says where blocks cannot be shared.
    private static let cannotShare: Set<Int32> = [EOPNOTSUPP, EXDEV, EINVAL, ENOTTY, ENOSYS]

    struct Outcome: Equatable {
        var size: Int64
        /// CRC-32C of the content.
        var checksum: UInt32
        /// Where the content is zeros and nothing was written, in whole chunks but for the last; in order.
        var holes: [SnapshotManifest.Extent] = []

        fileprivate mutating func addHole(to end: Int64) {
            defer { size = end }
            guard end > size else { return }
            if let last = holes.last, last.offset + last.length == size {
                holes[holes.count - 1].length += end - size
            } else {
                holes.append(.init(offset: size, length: end - size))
            }
        }
    }

    /// Looks at what was read at an offset; false asks for it to be read again: a server was writing it.
    typealias Check = (_ bytes: UnsafeRawBufferPointer, _ offset: Int64) -> Bool

    /// - Parameters:
    ///   - target: empty.
    ///   - size: of the source, as far as it is to be copied; one that is shorter by now is copied as it is.
    ///   - beginning: what the copy begins with, whatever the source says there.
    static func copy(
        _ source: Descriptor, to target: Descriptor, size: Int64, _ path: String, beginning: [UInt8] = [], check: Check? = nil
    ) throws -> Outcome {
        let plain = (source: PlainFile(file: source, path: path), target: PlainFile(file: target, path: path))
        if martlet_clone_file(target.number, source.number) == 0 {
            try beginning.withUnsafeBytes { try plain.target.write($0, at: 0) }
            let (size, checksum) = try Self.checksum(plain.target, size: plain.target.size)
            return Outcome(size: size, checksum: checksum)
        }
        let code = errno
        guard cannotShare.contains(code) else { throw EngineError.refused("share \(path)", code) }
        return try transfer(plain.source, plain.target, size, path, beginning: beginning, check: check)
    }

    /// Whether new files in a directory can share the blocks of a file.
    static func canShare(_ source: String, with directory: String) throws(EngineError) -> Bool {
        let probe = "\(directory)/probe"
        let from = try Descriptor(opening: source, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
        let to = try Descriptor(opening: probe, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o600)
        defer { unlink(probe) }
        return martlet_clone_file(to.number, from.number) == 0
    }

    /// Makes `target`, a name that is free, a file that shares all blocks of `source`: its content of one instant, in which
    /// nobody writes to it. False, and no file, where the file system cannot do that. On the disk when it returns.
    static func share(_ source: String, as target: String) throws -> Bool {
        let from = try Descriptor(opening: source, O_RDONLY | O_NOFOLLOW)
        let to = try Descriptor(opening: target, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o600)
        if martlet_clone_file(to.number, from.number) != 0 {
            let code = errno
            unlink(target)
            guard cannotShare.contains(code) else { throw EngineError.refused("share \(source)", code) }
            return false
        }
        try system("fsync \(target)") { fsync(to.number) }
        return true
    }

    /// Whether files in a directory can share blocks at all: tried with a small one.
    static func canShare(in directory: String) throws -> Bool {
        // Several may be trying; what a kill leaves of it is taken for an unfinished snapshot, and removed.
        let name = "\(directory)/probe-\(UUID().uuidString)"
        let (one, two) = ("\(name)-1.partial", "\(name)-2.partial")
        try FileSystem.replace(one, with: "probe", mode: 0o600, durably: false)
        defer { for path in [one, two] { unlink(path) } }
        let from = try Descriptor(opening: one, O_RDONLY | O_NOFOLLOW)
        let to = try Descriptor(opening: two, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o600)
        return martlet_clone_file(to.number, from.number) == 0
    }

    /// A copy byte by byte; either end may be encrypted.
    static func transfer(
        _ source: any ChunkSource, _ target: any ChunkSink, _ size: Int64, _ path: String, beginning: [UInt8] = [],
        check: Check? = nil
    ) throws -> Outcome {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: chunkBytes, alignment: 4096)
        defer { buffer.deallocate() }
        var outcome = Outcome(size: 0, checksum: 0)
        while outcome.size < size {
            if outcome.size > 0 || beginning.isEmpty {
                let data = min(source.nextData(outcome.size) ?? size, size)
                outcome.checksum = addZeros(outcome.checksum, data - outcome.size)
                outcome.addHole(to: data)
            }
            guard outcome.size < size else { break }
            let wanted = Int(min(Int64(chunkBytes), size - outcome.size))
            let count = try read(source, buffer, wanted, outcome.size, path, check)
            if count == 0 { break }
            if outcome.size == 0 { try begin(buffer, count, beginning, path) }
            let bytes = UnsafeRawBufferPointer(rebasing: buffer[..<count])
            outcome.checksum = martlet_crc32c(outcome.checksum, bytes.baseAddress, count)
            let end = outcome.size + Int64(count)
            if martlet_is_zero(bytes.baseAddress, count) != 0 {
                outcome.addHole(to: end)
            } else {
                try target.write(bytes, at: outcome.size)
                outcome.size = end
            }
            // It has become shorter meanwhile.
            if count < wanted { break }
        }
        try target.finish(size: outcome.size)
        return outcome
    }

    private static func begin(
        _ buffer: UnsafeMutableRawBufferPointer, _ count: Int, _ beginning: [UInt8], _ path: String
    ) throws(EngineError) {
        guard beginning.count <= count else { throw .damaged(what: "\(path) has become shorter than its own beginning") }
        buffer.copyBytes(from: beginning)
    }

    /// The checksum with so many zeros more.
    private static func addZeros(_ checksum: UInt32, _ count: Int64) -> UInt32 {
        var (checksum, left) = (checksum, count)
        while left > 0 {
            let step = min(Int64(zeros.count), left)
            checksum = zeros.withUnsafeBytes { martlet_crc32c(checksum, $0.baseAddress, Int(step)) }
            left -= step
        }
        return checksum
    }

    private static let zeros = [UInt8](repeating: 0, count: chunkBytes)

    /// Reads again what somebody was writing while it was read, for up to a second.
    private static func read(
        _ source: any ChunkSource, _ buffer: UnsafeMutableRawBufferPointer, _ wanted: Int, _ offset: Int64, _ path: String,
        _ check: Check?
    ) throws -> Int {
        for attempt in 0..<200 {
            let count = try source.read(buffer, wanted, at: offset)
            guard let check, count > 0 else { return count }
            if check(UnsafeRawBufferPointer(rebasing: buffer[..<count]), offset) { return count }
            if attempt > 2 { usleep(5000) }
        }
        throw EngineError.damaged(
            what: "a page of \(path) between bytes \(offset) and \(offset + Int64(wanted)) has a wrong checksum")
    }

    /// Reads a whole file.
    static func checksum(_ file: any ChunkSource, size: Int64) throws -> (size: Int64, checksum: UInt32) {
        let outcome = try transfer(file, Nowhere(), size, "")
        return (outcome.size, outcome.checksum)
    }

    private struct Nowhere: ChunkSink {
        func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) {}
        func finish(size: Int64) {}
    }
}
