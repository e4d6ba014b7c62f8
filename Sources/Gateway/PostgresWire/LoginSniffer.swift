/// Follows what a PostgreSQL server says from its first message to the end of the login, without keeping any of it: a few words
/// of state, fed with the bytes as they pass.
///
/// Format: PostgreSQL documentation, "Message Flow", "Start-up": after AuthenticationOk the server sends ParameterStatus,
/// BackendKeyData and notices, and then ReadyForQuery; an ErrorResponse before that ends the connection.
struct LoginSniffer: Equatable {
    enum Verdict: Equatable {
        case undecided
        /// ReadyForQuery.
        case success
        /// ErrorResponse with that SQLSTATE.
        case failure(SQLState)
        /// These are not the messages of a login, or too many of them.
        case unintelligible
    }

    /// No login has more, in bytes; nor has one message.
    static let maximumBytes = 64 << 10

    private enum Field: UInt8 { case kind, code, other }

    private(set) var verdict = Verdict.undecided
    private var kind: UInt8 = 0
    /// Bytes of the present message's kind and length that were seen: 5 while in its body.
    private var headerCount: UInt8 = 0
    private var length: UInt32 = 0
    private var left: UInt32 = 0
    private var seen = 0
    private var field = Field.kind
    private var code = SQLState()

    /// The verdict after these bytes; once it is reached the rest does not matter.
    mutating func feed(_ bytes: UnsafeRawBufferPointer) -> Verdict {
        var offset = 0
        while verdict == .undecided, offset < bytes.count {
            let before = offset
            if headerCount < 5 {
                header(bytes[offset])
                offset += 1
            } else {
                offset = body(bytes, from: offset)
            }
            seen += offset - before
            if seen > Self.maximumBytes, verdict == .undecided { verdict = .unintelligible }
        }
        return verdict
    }

    private mutating func header(_ byte: UInt8) {
        if headerCount == 0 { kind = byte } else { length = length << 8 | UInt32(byte) }
        headerCount += 1
        guard headerCount == 5 else { return }
        guard length >= 4, length <= Self.maximumBytes, Self.isOfLogin(kind) else {
            verdict = .unintelligible
            return
        }
        left = length - 4
        field = .kind
        if left == 0 { messageEnded() }
    }

    /// Authentication, ParameterStatus, BackendKeyData, NoticeResponse, NegotiateProtocolVersion, ErrorResponse, ReadyForQuery.
    private static func isOfLogin(_ kind: UInt8) -> Bool {
        switch UnicodeScalar(kind) {
        case "R", "S", "K", "N", "v", "E", "Z": true
        default: false
        }
    }

    private mutating func body(_ bytes: UnsafeRawBufferPointer, from start: Int) -> Int {
        let end = start + min(Int(left), bytes.count - start)
        if kind == UInt8(ascii: "E") { for byte in bytes[start..<end] { errorByte(byte) } }
        left -= UInt32(end - start)
        if left == 0 { messageEnded() }
        return end
    }

    /// An ErrorResponse is a row of fields: a letter, a text, a zero byte. The SQLSTATE is field C.
    private mutating func errorByte(_ byte: UInt8) {
        switch field {
        case .kind: field = byte == UInt8(ascii: "C") ? .code : .other
        case .code where byte != 0: code.append(byte)
        case .code, .other: if byte == 0 { field = .kind }
        }
    }

    private mutating func messageEnded() {
        if kind == UInt8(ascii: "Z") { verdict = .success }
        if kind == UInt8(ascii: "E") { verdict = .failure(code) }
        headerCount = 0
        length = 0
    }
}

/// Five characters of PostgreSQL's error codes (documentation, appendix A), in one word.
struct SQLState: Equatable, CustomStringConvertible {
    private var packed: UInt64 = 0

    init() {}

    init(_ text: String) { for byte in text.utf8 { append(byte) } }

    /// What is more than five is left out.
    mutating func append(_ byte: UInt8) { if packed >> 32 == 0 { packed = packed << 8 | UInt64(byte) } }

    /// Class 28: invalid authorization specification. The credentials were not accepted.
    var isAuthorization: Bool { packed >> 24 == UInt64(UInt8(ascii: "2")) << 8 | UInt64(UInt8(ascii: "8")) }

    var description: String {
        let bytes = (0..<5).reversed().map { UInt8(truncatingIfNeeded: packed >> (8 * $0)) }.filter { $0 != 0 }
        return String(String.UnicodeScalarView(bytes.map { (0x21..<0x7F).contains($0) ? UnicodeScalar($0) : "?" }))
    }
}
