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
        var isShared: Bool
    }

    /// Looks at what was read at an offset; false asks for it to be read again: a server was writing it.
    typealias Check = (_ bytes: UnsafeRawBufferPointer, _ offset: Int64) -> Bool

    /// - Parameters:
    ///   - target: empty.
    ///   - size: of the source, as far as it is to be copied; one that is shorter by now is copied as it is.
    static func copy(
        _ source: Descriptor, to target: Descriptor, size: Int64, _ path: String, check: Check? = nil
    ) throws(EngineError) -> Outcome {
        if martlet_clone_file(target.number, source.number) == 0 {
            let (size, checksum) = try Self.checksum(target, path)
            return Outcome(size: size, checksum: checksum, isShared: true)
        }
        let code = errno
        guard cannotShare.contains(code) else { throw .refused("share \(path)", code) }
        return try copyBytes(source, target, size, path, check)
    }

    /// Whether new files in a directory can share the blocks of a file.
    static func canShare(_ source: String, with directory: String) throws(EngineError) -> Bool {
        let probe = "\(directory)/probe"
        let from = try Descriptor(opening: source, O_RDONLY | O_NOFOLLOW | O_NONBLOCK)
        let to = try Descriptor(opening: probe, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o600)
        defer { unlink(probe) }
        return martlet_clone_file(to.number, from.number) == 0
    }

    private static func copyBytes(
        _ source: Descriptor, _ target: Descriptor, _ size: Int64, _ path: String, _ check: Check?
    ) throws(EngineError) -> Outcome {
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: chunkBytes, alignment: 4096)
        defer { buffer.deallocate() }
        var outcome = Outcome(size: 0, checksum: 0, isShared: false)
        while outcome.size < size {
            outcome.checksum = skipHole(source, &outcome.size, size, outcome.checksum)
            guard outcome.size < size else { break }
            let wanted = Int(min(Int64(chunkBytes), size - outcome.size))
            let count = try read(source, buffer, wanted, outcome.size, path, check)
            if count == 0 { break }
            outcome.checksum = martlet_crc32c(outcome.checksum, buffer.baseAddress, count)
            if martlet_is_zero(buffer.baseAddress, count) == 0 { try write(target, buffer, count, outcome.size, path) }
            outcome.size += Int64(count)
        }
        let end = outcome.size
        try system("set the length of \(path)") { ftruncate(target.number, off_t(end)) }
        return outcome
    }

    /// Moves `offset` to where data are, in whole chunks. Returns the checksum with the zeros that a hole stands for.
    private static func skipHole(_ source: Descriptor, _ offset: inout Int64, _ size: Int64, _ checksum: UInt32) -> UInt32 {
        let found = martlet_next_data(source.number, off_t(offset))
        let data = found < 0 ? size : min(Int64(found) & ~Int64(chunkBytes - 1), size)
        var checksum = checksum
        while offset < data {
            let count = min(Int64(zeros.count), data - offset)
            checksum = zeros.withUnsafeBytes { martlet_crc32c(checksum, $0.baseAddress, Int(count)) }
            offset += count
        }
        return checksum
    }

    private static let zeros = [UInt8](repeating: 0, count: chunkBytes)

    /// Reads again what somebody was writing while it was read, for up to a second.
    private static func read(
        _ source: Descriptor, _ buffer: UnsafeMutableRawBufferPointer, _ wanted: Int, _ offset: Int64, _ path: String,
        _ check: Check?
    ) throws(EngineError) -> Int {
        for attempt in 0..<200 {
            let count = try read(source, buffer, wanted, offset, path)
            guard let check, count > 0 else { return count }
            if check(UnsafeRawBufferPointer(rebasing: buffer[..<count]), offset) { return count }
            if attempt > 2 { usleep(5000) }
        }
        throw .damaged(what: "a page of \(path) between bytes \(offset) and \(offset + Int64(wanted)) has a wrong checksum")
    }

    private static func read(
        _ source: Descriptor, _ buffer: UnsafeMutableRawBufferPointer, _ wanted: Int, _ offset: Int64, _ path: String
    ) throws(EngineError) -> Int {
        var filled = 0
        while filled < wanted {
            let count = pread(
                source.number, buffer.baseAddress?.advanced(by: filled), wanted - filled, off_t(offset + Int64(filled)))
            if count < 0, errno == EINTR { continue }
            if count < 0 { throw .refused("read \(path)", errno) }
            if count == 0 { break }
            filled += count
        }
        return filled
    }

    private static func write(
        _ target: Descriptor, _ buffer: UnsafeMutableRawBufferPointer, _ count: Int, _ offset: Int64, _ path: String
    ) throws(EngineError) {
        var written = 0
        while written < count {
            let done = pwrite(
                target.number, buffer.baseAddress?.advanced(by: written), count - written, off_t(offset + Int64(written)))
            if done < 0, errno == EINTR { continue }
            if done < 0 { throw .refused("write \(path)", errno) }
            written += done
        }
    }

    /// Reads a whole file.
    static func checksum(_ file: Descriptor, _ path: String) throws(EngineError) -> (size: Int64, checksum: UInt32) {
        var found = stat()
        try system("look at \(path)") { fstat(file.number, &found) }
        let size = Int64(found.st_size)
        let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: chunkBytes, alignment: 4096)
        defer { buffer.deallocate() }
        var (offset, checksum) = (Int64(0), UInt32(0))
        while offset < size {
            checksum = skipHole(file, &offset, size, checksum)
            guard offset < size else { break }
            let count = try read(file, buffer, Int(min(Int64(chunkBytes), size - offset)), offset, path)
            if count == 0 { break }
            checksum = martlet_crc32c(checksum, buffer.baseAddress, count)
            offset += Int64(count)
        }
        return (offset, checksum)
    }
}
