/// A client's answer to AuthenticationCleartextPassword: `p`, a length, the password, a zero byte.
enum PasswordMessage: Equatable {
    case incomplete
    /// Where the password is.
    case password(Range<Int>)
    /// Another message, one that is too long, or more than one.
    case malformed

    /// PostgreSQL's `PG_MAX_AUTH_TOKEN_LENGTH` (`src/include/libpq/auth.h`). A token for temporary credentials has 1 to 2 KiB.
    static let maximumBytes = 65_535

    static func decode(_ bytes: UnsafeRawBufferPointer) -> PasswordMessage {
        guard let first = bytes.first else { return .incomplete }
        guard first == UInt8(ascii: "p") else { return .malformed }
        guard bytes.count >= 5 else { return .incomplete }
        let length = Int(bytes.word(at: 1))
        guard length >= 5, length <= maximumBytes else { return .malformed }
        guard bytes.count > length else { return .incomplete }
        let end = length
        guard bytes.count == end + 1, bytes[end] == 0, !bytes[5..<end].contains(0) else { return .malformed }
        return .password(5..<end)
    }
}
