/// The first messages of a PostgreSQL server, looked at to tell a server that is not ready from one that is, and a role that must
/// prove itself to the server from one that the server lets in as it comes.
///
/// A server that starts, recovers or shuts down takes a connection and answers with an ErrorResponse of code 57P03
/// (`cannot_connect_now`). Otherwise its first message is an authentication request or an error; before that it may negotiate
/// the protocol's version, or send notices.
enum PostgresGreeting: Equatable {
    /// The server refuses the client.
    case refused
    /// The server asks for a credential.
    case challenged
    /// AuthenticationOk: the server asks for nothing.
    case unchallenged
    /// 57P03.
    case notReady
    /// Not enough to tell.
    case incomplete
    /// Nothing that a server says first.
    case unintelligible

    /// A longer error does not say "not ready"; it is passed on unread.
    static let maximumErrorBytes = 4_096
    /// What is kept at most. The answer to a start-up packet can list each of the protocol options in it.
    static let maximumBytes = 32 << 10

    static func classify(_ bytes: UnsafeRawBufferPointer) -> PostgresGreeting {
        var offset = 0
        while offset < bytes.count {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[offset...])
            switch rest[0] {
            case UInt8(ascii: "E"): return error(rest)
            case UInt8(ascii: "R"): return authentication(rest)
            case UInt8(ascii: "v"), UInt8(ascii: "N"):
                guard rest.count >= 5 else { return .incomplete }
                let length = Int(rest.word(at: 1))
                guard length >= 4, offset + length < maximumBytes else { return .unintelligible }
                guard rest.count > length else { return .incomplete }
                offset += 1 + length
            default: return .unintelligible
            }
        }
        return .incomplete
    }

    private static func authentication(_ bytes: UnsafeRawBufferPointer) -> PostgresGreeting {
        guard bytes.count >= 9 else { return .incomplete }
        guard bytes.word(at: 1) >= 8 else { return .unintelligible }
        return bytes.word(at: 5) == 0 ? .unchallenged : .challenged
    }

    private static func error(_ bytes: UnsafeRawBufferPointer) -> PostgresGreeting {
        guard bytes.count >= 5 else { return .incomplete }
        let length = Int(bytes.word(at: 1))
        guard length >= 5, length <= maximumErrorBytes else { return .refused }
        let whole = bytes.count >= 1 + length
        let fields = UnsafeRawBufferPointer(rebasing: bytes[5..<min(bytes.count, 1 + length)])
        switch code(in: fields) {
        case true?: return .notReady
        case false?: return .refused
        case nil: return whole ? .refused : .incomplete
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
