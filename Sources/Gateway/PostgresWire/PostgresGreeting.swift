/// The first message of a PostgreSQL server, looked at only to tell a server that is not ready from one that is.
///
/// A server that starts, recovers or shuts down takes a connection and answers with an ErrorResponse of code 57P03
/// (`cannot_connect_now`).
enum PostgresGreeting: Equatable {
    /// The server talks to the client.
    case pass
    /// 57P03.
    case notReady
    /// An ErrorResponse whose code is not there yet.
    case incomplete

    /// No error that says "not ready" is longer; what is longer is passed on unread.
    static let maximumBytes = 4_096

    static func classify(_ bytes: UnsafeRawBufferPointer) -> PostgresGreeting {
        guard let first = bytes.first else { return .incomplete }
        guard first == UInt8(ascii: "E") else { return .pass }
        guard bytes.count >= 5 else { return .incomplete }
        let length = Int(bytes.word(at: 1))
        guard length >= 5, length <= maximumBytes else { return .pass }
        let whole = bytes.count >= 1 + length
        let fields = UnsafeRawBufferPointer(rebasing: bytes[5..<min(bytes.count, 1 + length)])
        switch code(in: fields) {
        case true?: return .notReady
        case false?: return .pass
        case nil: return whole ? .pass : .incomplete
        }
    }

    /// Whether the C field is 57P03; nil when it is not among these bytes.
    private static func code(in fields: UnsafeRawBufferPointer) -> Bool? {
        var offset = 0
        while offset < fields.count, fields[offset] != 0 {
            guard let end = fields[offset...].firstIndex(of: 0) else { return nil }
            if fields[offset] == UInt8(ascii: "C") { return fields[(offset + 1)..<end].elementsEqual("57P03".utf8) }
            offset = end + 1
        }
        return nil
    }
}
