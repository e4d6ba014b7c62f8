import CMartlet
import Foundation

/// Tells whether pages of an InnoDB file were read whole. A page that the server writes at that moment may come out half old,
/// half new; since the log that is copied along assumes whole pages, such a one has to be read again.
///
/// Source: MariaDB's `storage/innobase/include/fsp0types.h` (`FSP_FLAGS_FCRC32_…`) and `buf0buf.cc`
/// (`buf_page_is_corrupted`): with `full_crc32`, the format of every table space since 10.5, the last four bytes of a page are
/// the CRC-32C of all before them.
struct InnoDBPages: Sendable, Equatable {
    /// The doublewrite buffer of the system table space: whole copies of pages, which count only where the page itself is torn.
    static let doublewrite: Range<Int64> = 64..<192

    /// True for `ibdata1`.
    var isSystem = false
    /// Bytes; 0 until a file's first page was looked at, and for files whose pages say nothing of themselves.
    private(set) var pageBytes = 0

    init(isSystem: Bool = false) { self.isSystem = isSystem }

    /// Reads what the first page says about the others.
    func reading(_ file: Descriptor) throws(EngineError) -> InnoDBPages {
        var first = [UInt8](repeating: 0, count: 64)
        let count = first.withUnsafeMutableBytes { pread(file.number, $0.baseAddress, $0.count, 0) }
        guard count >= 0 else { throw .refused("read a first page", errno) }
        var pages = self
        pages.pageBytes = count == first.count ? Self.pageBytes(first) : 0
        return pages
    }

    /// Offset 54: the table space's flags, big-endian. Bit 4 says `full_crc32`, bits 0–3 the page size, bits 5–7 compression.
    static func pageBytes(_ first: [UInt8]) -> Int {
        let flags = first[54..<58].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        let isFull = flags & 1 << 4 != 0
        let isCompressed = flags >> 5 & 7 != 0
        let shift = Int(flags & 15)
        return isFull && !isCompressed && (3...7).contains(shift) ? 512 << shift : 0
    }

    /// Nil where pages cannot be checked.
    var check: FileCopy.Check? {
        guard pageBytes > 0 else { return nil }
        return { bytes, offset in
            var start = 0
            while start + pageBytes <= bytes.count {
                let number = (offset + Int64(start)) / Int64(pageBytes)
                let page = UnsafeRawBufferPointer(rebasing: bytes[start..<(start + pageBytes)])
                if !(isSystem && Self.doublewrite.contains(number)), !Self.isWhole(page) { return false }
                start += pageBytes
            }
            return true
        }
    }

    static func isWhole(_ page: UnsafeRawBufferPointer) -> Bool {
        let stored = page.suffix(4).reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        if martlet_crc32c(0, page.baseAddress, page.count - 4) == stored { return true }
        return martlet_is_zero(page.baseAddress, page.count) != 0
    }
}
