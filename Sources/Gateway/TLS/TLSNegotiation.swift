/// A client's way to TLS: which of its requests are granted, and what may come when. No sockets, no cryptography.
///
/// The rules are those of `ProcessSSLStartup` and `ProcessStartupPacket` in PostgreSQL's
/// `src/backend/tcop/backend_startup.c`.
struct TLSNegotiation: Equatable {
    enum State: Equatable {
        /// Nothing was sent. Can transition to `clear`, `handshaking`.
        case silent
        /// Talking in the clear. Can transition to `handshaking`.
        case clear
        /// `direct`: without being asked for by an SSLRequest. Can transition to `secure`.
        case handshaking(direct: Bool)
        case secure
    }

    enum Answer: Equatable {
        /// Nothing to do: read on.
        case proceed
        /// Send `N`.
        case deny
        /// Send `S`; what comes next is TLS.
        case accept
        /// These bytes are TLS already.
        case begin
        case refuse(PostgresRefusal)
    }

    private(set) var state = State.silent

    /// The first byte of a TLS record with a handshake message (RFC 8446, 5.1). No start-up packet begins with it: it would be
    /// 369 MB long.
    static let handshakeRecord: UInt8 = 0x16

    /// Bytes came, the first of which is `first`.
    mutating func began(first: UInt8, isOffered: Bool) -> Answer {
        guard state == .silent else { return .proceed }
        state = .clear
        guard first == Self.handshakeRecord, isOffered else { return .proceed }
        state = .handshaking(direct: true)
        return .begin
    }

    /// An SSLRequest.
    ///
    /// - Parameter trailing: more bytes came with it, before the answer: they cannot belong to a handshake.
    mutating func requested(isOffered: Bool, trailing: Bool) -> Answer {
        guard !isSecure else { return .refuse(.unsupportedProtocol(major: 1234, minor: 5679)) }
        guard isOffered else { return .deny }
        guard !trailing else { return .refuse(.unencryptedData) }
        state = .handshaking(direct: false)
        return .accept
    }

    /// A GSSENCRequest. It is never granted, and never asked for within TLS.
    func requestedGSS() -> Answer { isSecure ? .refuse(.unsupportedProtocol(major: 1234, minor: 5680)) : .deny }

    /// The handshake is done and the first bytes have come through it.
    mutating func established(alpn: Bool) -> Answer {
        guard case .handshaking(let direct) = state else { return .proceed }
        state = .secure
        return direct && !alpn ? .refuse(.directTLSWithoutALPN) : .proceed
    }

    var isSecure: Bool { state == .secure }
}
