/// Where a portion of a log ended: in which file, whatever its name is by now; at which byte; and what stood before it.
///
/// On the wire `FILE:OFFSET:SUM`; opaque to clients. RDS's are `HOUR:OFFSET`, which cannot tell a file from its successor.
struct LogMarker: Sendable, Equatable {
    /// How many bytes before the offset the sum is taken of.
    static let contextBytes = 64

    /// `DBLogFile.id`
    var file: UInt64
    var offset: Int64
    /// Of the bytes before the offset. Another sum tells that the file is another one that got the number, or was cut.
    var sum: UInt32

    init(file: UInt64, offset: Int64, sum: UInt32) {
        self.file = file
        self.offset = offset
        self.sum = sum
    }

    init(_ text: String) throws {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count == 3, let file = UInt64(parts[0]), let offset = Int64(parts[1]), offset >= 0,
            let sum = UInt32(parts[2])
        else { throw InvalidMarker() }
        self.init(file: file, offset: offset, sum: sum)
    }

    var text: String { "\(file):\(offset):\(sum)" }

    /// FNV-1a (draft-eastlake-fnv) of the last `contextBytes`.
    static func sum(_ bytes: some BidirectionalCollection<UInt8>) -> UInt32 {
        bytes.suffix(contextBytes).reduce(0x811c_9dc5) { ($0 ^ UInt32($1)) &* 0x0100_0193 }
    }
}
