/// What a PostgreSQL client sends before anything else: one start-up packet, perhaps after requests for encryption.
///
/// Format: PostgreSQL documentation, "Message Formats": StartupMessage, CancelRequest, SSLRequest, GSSENCRequest. Limits and
/// checks are those of `ProcessStartupPacket` in `src/backend/postmaster/postmaster.c`.
enum PostgresStartup: Equatable {
    /// More bytes are needed: so many in all.
    case incomplete(needed: Int)
    /// `count` bytes, of which the rest is what comes after.
    case encryptionRequest(Encryption, count: Int)
    case cancelRequest(count: Int)
    case session(Session, count: Int)
    case malformed(PostgresRefusal)

    enum Encryption: Equatable { case tls, gss }

    struct Session: Equatable {
        var minorVersion: Int
        var user: String
        /// The user's name when none is given.
        var database: String
        var applicationName: String?
        /// Any kind of replication connection.
        var replication: Bool
    }

    /// PostgreSQL's `MAX_STARTUP_PACKET_LENGTH`: bytes after the length word.
    static let maximumBytes = 10_000
    /// What a reader must be able to hold: a length word and the longest packet.
    static let bufferBytes = 4 + maximumBytes

    /// Reads the packet at the start of `bytes`. Looks at no more than `bufferBytes`.
    static func decode(_ bytes: UnsafeRawBufferPointer) -> PostgresStartup {
        guard bytes.count >= 4 else { return .incomplete(needed: 4) }
        let length = Int(bytes.word(at: 0))
        guard length >= 8, length - 4 <= maximumBytes else { return .malformed(.invalidLength) }
        guard bytes.count >= length else { return .incomplete(needed: length) }
        let major = Int(bytes.word(at: 4) >> 16)
        let minor = Int(bytes.word(at: 4) & 0xFFFF)
        switch (major, minor) {
        case (1234, 5678): return cancel(length: length)
        case (1234, 5679) where length == 8: return .encryptionRequest(.tls, count: length)
        case (1234, 5680) where length == 8: return .encryptionRequest(.gss, count: length)
        case (3, _): return session(UnsafeRawBufferPointer(rebasing: bytes[8..<length]), minor: minor, count: length)
        default: return .malformed(.unsupportedProtocol(major: major, minor: minor))
        }
    }

    /// Process id and a key: 4 bytes in protocol 3.0, at most 256 since 3.2.
    private static func cancel(length: Int) -> PostgresStartup {
        (16...268).contains(length) ? .cancelRequest(count: length) : .malformed(.invalidLength)
    }

    private static func session(_ body: UnsafeRawBufferPointer, minor: Int, count: Int) -> PostgresStartup {
        var parameters = Parameters()
        var offset = 0
        while let name = body.text(at: offset), !name.isEmpty {
            guard let value = body.text(at: offset + name.count + 1) else { return .malformed(.invalidLayout) }
            parameters.take(name: name, value: value)
            offset += name.count + value.count + 2
        }
        guard offset == body.count - 1, body[offset] == 0 else { return .malformed(.invalidLayout) }
        guard !parameters.user.isEmpty else { return .malformed(.noUserName) }
        return .session(parameters.session(minor: minor), count: count)
    }

    /// Where a parameter is given twice the last one counts, as in PostgreSQL.
    private struct Parameters {
        var user = ""
        var database = ""
        var applicationName: String?
        var replication = false

        mutating func take(name: Slice<UnsafeRawBufferPointer>, value: Slice<UnsafeRawBufferPointer>) {
            if name.elementsEqual("user".utf8) { user = Self.identifier(value) }
            if name.elementsEqual("database".utf8) { database = Self.identifier(value) }
            if name.elementsEqual("application_name".utf8) { applicationName = String(decoding: value, as: UTF8.self) }
            if name.elementsEqual("replication".utf8) { replication = !Self.isFalse(value) }
        }

        func session(minor: Int) -> Session {
            Session(
                minorVersion: minor, user: user, database: database.isEmpty ? user : database,
                applicationName: applicationName, replication: replication)
        }

        /// PostgreSQL cuts names off after 63 bytes (`NAMEDATALEN`), and so must whoever compares them.
        private static func identifier(_ value: Slice<UnsafeRawBufferPointer>) -> String {
            String(decoding: value.prefix(63), as: UTF8.self)
        }

        private static func isFalse(_ value: Slice<UnsafeRawBufferPointer>) -> Bool {
            ["false", "off", "no", "0"].contains(String(decoding: value.prefix(8), as: UTF8.self).lowercased())
        }
    }
}

extension UnsafeRawBufferPointer {
    /// The four bytes at `offset` in network order.
    func word(at offset: Int) -> UInt32 { UInt32(bigEndian: loadUnaligned(fromByteOffset: offset, as: UInt32.self)) }

    /// The bytes from `offset` up to the next zero byte; nil when there is none.
    fileprivate func text(at offset: Int) -> Slice<UnsafeRawBufferPointer>? {
        guard offset < count, let end = self[offset...].firstIndex(of: 0) else { return nil }
        return self[offset..<end]
    }
}
