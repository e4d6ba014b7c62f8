/// A packet of the MySQL protocol: three bytes of length, little end first, a number, and so many bytes.
///
/// Format: MariaDB Knowledge Base, "0-packet"; MySQL Internals, "MySQL Packets". The number goes up by one with each packet of
/// a phase, whoever sends it, and begins at 0 with the server's greeting and with each command.
enum MySQLPacket: Equatable {
    case incomplete
    /// `count` bytes behind a header of `headerBytes`.
    case whole(number: UInt8, count: Int)
    case tooLarge

    static let headerBytes = 4
    /// No packet of a login is longer: connection attributes are limited to 64 KiB by MySQL's clients, tokens to a few.
    static let maximumBytes = 64 << 10

    /// Reads the header at the start of `bytes`.
    static func decode(_ bytes: UnsafeRawBufferPointer) -> MySQLPacket {
        guard bytes.count >= headerBytes else { return .incomplete }
        let count = Int(bytes[0]) | Int(bytes[1]) << 8 | Int(bytes[2]) << 16
        guard count <= maximumBytes else { return .tooLarge }
        return bytes.count >= headerBytes + count ? .whole(number: bytes[3], count: count) : .incomplete
    }

    static func bytes(number: UInt8, _ payload: some Collection<UInt8>) -> [UInt8] {
        let count = payload.count
        let length = [
            UInt8(truncatingIfNeeded: count), UInt8(truncatingIfNeeded: count >> 8), UInt8(truncatingIfNeeded: count >> 16),
        ]
        return length + [number] + payload
    }
}

extension UnsafeRawBufferPointer {
    /// The two bytes at `offset`, little end first.
    func littleHalf(at offset: Int) -> UInt16 { UInt16(littleEndian: loadUnaligned(fromByteOffset: offset, as: UInt16.self)) }

    /// The four bytes at `offset`, little end first.
    func littleWord(at offset: Int) -> UInt32 { UInt32(littleEndian: loadUnaligned(fromByteOffset: offset, as: UInt32.self)) }

    /// Where the text from `offset` up to the next zero byte is; nil when there is none.
    func terminated(at offset: Int) -> Range<Int>? {
        guard offset < count, let end = self[offset...].firstIndex(of: 0) else { return nil }
        return offset..<end
    }

    /// Where the text is that a length stands before: in one byte, or as a length-encoded integer. Nil when it is not whole.
    func counted(at offset: Int, isEncoded: Bool) -> Range<Int>? {
        guard offset < count else { return nil }
        let first = Int(self[offset])
        // 0xFB is NULL, and longer lengths than these two are longer than a packet may be.
        guard isEncoded, first >= 0xFB else { return whole(offset + 1, first) }
        guard first == 0xFC, offset + 3 <= count else { return nil }
        return whole(offset + 3, Int(littleHalf(at: offset + 1)))
    }

    private func whole(_ start: Int, _ length: Int) -> Range<Int>? {
        start + length <= count ? start..<start + length : nil
    }
}
