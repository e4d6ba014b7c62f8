/// The body of an answer that is sent while it is read: it may be larger than what should be held in memory.
public final class StreamedBody: Sendable, Equatable {
    public let contentType: String
    public let byteCount: Int64
    private let read: @Sendable (Int64) async throws -> [UInt8]

    /// - Parameter read: the bytes from an offset below `byteCount` on, as many as it likes, but at least one.
    public init(contentType: String, byteCount: Int64, read: @escaping @Sendable (Int64) async throws -> [UInt8]) {
        self.contentType = contentType
        self.byteCount = byteCount
        self.read = read
    }

    /// The source ended before its time; what has been sent of the body is too short.
    public struct Ended: Error {}

    /// The next bytes; nil at the end.
    public func chunk(at offset: Int64) async throws -> [UInt8]? {
        guard offset < byteCount else { return nil }
        let bytes = try await read(offset).prefix(Int(clamping: byteCount - offset))
        guard !bytes.isEmpty else { throw Ended() }
        return Array(bytes)
    }

    /// Two are the same when they are one.
    public static func == (a: StreamedBody, b: StreamedBody) -> Bool { a === b }
}
