import CMartlet
import Foundation

/// Where a copy reads from.
protocol ChunkSource {
    /// Where bytes that are no hole begin at or after `offset`, rounded down to whole chunks; nil when only a hole follows.
    func nextData(_ offset: Int64) -> Int64?

    /// Reads `wanted` bytes at an offset that is a multiple of a chunk; fewer only where the file ends.
    func read(_ buffer: UnsafeMutableRawBufferPointer, _ wanted: Int, at offset: Int64) throws -> Int
}

/// Where a copy writes to. What is not written is a hole.
protocol ChunkSink {
    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws
    /// The file has so many bytes in all.
    func finish(size: Int64) throws
}

/// A file as it is.
struct PlainFile: ChunkSource, ChunkSink {
    let file: Descriptor
    /// For messages.
    let path: String

    func nextData(_ offset: Int64) -> Int64? {
        let found = martlet_next_data(file.number, off_t(offset))
        return found < 0 ? nil : Int64(found) & ~Int64(FileCopy.chunkBytes - 1)
    }

    func read(_ buffer: UnsafeMutableRawBufferPointer, _ wanted: Int, at offset: Int64) throws(EngineError) -> Int {
        var filled = 0
        while filled < wanted {
            let count = pread(
                file.number, buffer.baseAddress?.advanced(by: filled), wanted - filled, off_t(offset + Int64(filled)))
            if count < 0, errno == EINTR { continue }
            if count < 0 { throw .refused("read \(path)", errno) }
            if count == 0 { break }
            filled += count
        }
        return filled
    }

    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws(EngineError) {
        var written = 0
        while written < bytes.count {
            let done = pwrite(
                file.number, bytes.baseAddress?.advanced(by: written), bytes.count - written, off_t(offset + Int64(written)))
            if done < 0, errno == EINTR { continue }
            if done < 0 { throw .refused("write \(path)", errno) }
            written += done
        }
    }

    func finish(size: Int64) throws(EngineError) {
        try system("set the length of \(path)") { ftruncate(file.number, off_t(size)) }
    }

    var size: Int64 {
        get throws(EngineError) {
            var found = stat()
            try system("look at \(path)") { fstat(file.number, &found) }
            return Int64(found.st_size)
        }
    }
}
