#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Bytes that had to be kept: exactly as many as there were, in memory of their own, which whoever owns the stash must `free`.
///
/// A plain value without a reference count, because it lies in the slots of a loop. One owner, no copies in use.
struct ByteStash {
    private var base: UnsafeMutableRawPointer?
    private var offset: UInt32 = 0
    private var end: UInt32 = 0

    var count: Int { Int(end &- offset) }
    var isEmpty: Bool { base == nil }
    var bytes: UnsafeRawBufferPointer {
        guard let base else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        return UnsafeRawBufferPointer(start: base + Int(offset), count: count)
    }

    /// Keeps a copy of `new` behind what is kept already. Counts are far below 4 GiB: the caller's limits see to that.
    mutating func append(_ new: UnsafeRawBufferPointer) {
        guard let source = new.baseAddress, new.count > 0 else { return }
        let total = count + new.count
        guard let grown = malloc(total) else { fatalError("out of memory for \(total) bytes") }
        if let base { memcpy(grown, base + Int(offset), count) }
        memcpy(grown + count, source, new.count)
        Self.release(base)
        base = grown
        offset = 0
        end = UInt32(total)
    }

    /// Forgets the first `written` bytes, and gives the memory back with the last of them.
    mutating func drop(_ written: Int) {
        offset &+= UInt32(written)
        if offset >= end { free() }
    }

    mutating func free() {
        Self.release(base)
        self = ByteStash()
    }

    private static func release(_ pointer: UnsafeMutableRawPointer?) {
        #if canImport(Glibc)
            Glibc.free(pointer)
        #else
            Darwin.free(pointer)
        #endif
    }
}
