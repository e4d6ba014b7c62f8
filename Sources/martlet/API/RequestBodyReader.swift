import AWSWire
import HummingbirdCore
import NIOCore

/// Reads the body of a request, never keeping more than the limit, whether its length was announced or it comes in chunks.
struct RequestBodyReader: Sendable {
    /// The connection is ended because the client was still sending.
    struct Unfinished: Error {}

    enum Outcome: Equatable {
        case whole([UInt8])
        /// Over the limit, and read to its end without being kept: the connection can go on.
        case tooLarge
        /// So far over the limit, or announced to be, that reading on is not worth it.
        case abandoned

        var isWhole: Bool {
            if case .whole = self { true } else { false }
        }
    }

    let limitBytes: Int
    let timeout: Duration

    /// What is read and thrown away beyond the limit, so that a client that is not much over it gets to read its answer.
    var discardLimitBytes: Int { limitBytes * 8 }

    /// True when the client waits to be told to send its body (RFC 9110, 10.1.1), and the body is not announced too large.
    func mayAsk(for head: HTTPMessage) -> Bool {
        head.header("expect")?.lowercased() == "100-continue" && announcedBytes(head) <= limitBytes
    }

    /// - Throws: `Unfinished` when the body is not complete in time, else what the connection failed with.
    func read(_ body: RequestBody, announced head: HTTPMessage) async throws -> Outcome {
        let announced = announcedBytes(head)
        if announced > limitBytes, head.header("expect") != nil || announced > discardLimitBytes { return .abandoned }
        if announced == 0, head.header("transfer-encoding") == nil { return .whole([]) }
        let deadline = ContinuousClock.now + timeout
        var bytes: [UInt8] = []
        bytes.reserveCapacity(min(announced, limitBytes))
        var total = 0
        for try await buffer in body {
            total += buffer.readableBytes
            if total <= limitBytes { bytes.append(contentsOf: buffer.readableBytesView) } else { bytes = [] }
            if total > discardLimitBytes { return .abandoned }
            if ContinuousClock.now > deadline { throw Unfinished() }
        }
        return total <= limitBytes ? .whole(bytes) : .tooLarge
    }

    /// The parser has already refused a length that is not a number.
    private func announcedBytes(_ head: HTTPMessage) -> Int { head.header("content-length").flatMap { Int($0) } ?? 0 }
}
