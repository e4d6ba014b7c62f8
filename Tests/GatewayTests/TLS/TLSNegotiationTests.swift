import Testing

@testable import Gateway

@Suite struct TLSNegotiationTests {
    @Test func `asked for and granted`() {
        var negotiation = TLSNegotiation()
        #expect(negotiation.began(first: 0, isOffered: true) == .proceed)
        #expect(negotiation.requestedGSS() == .deny)
        #expect(negotiation.requested(isOffered: true, trailing: false) == .accept)
        #expect(negotiation.state == .handshaking(direct: false))
        #expect(!negotiation.isSecure)
        // ALPN is optional here: clients before PostgreSQL 17 do not send it.
        #expect(negotiation.established(alpn: false) == .proceed)
        #expect(negotiation.isSecure)
        #expect(
            negotiation.requested(isOffered: true, trailing: false) == .refuse(.unsupportedProtocol(major: 1234, minor: 5679)))
        #expect(negotiation.requestedGSS() == .refuse(.unsupportedProtocol(major: 1234, minor: 5680)))
    }

    @Test func `from the first byte, by name`() {
        for alpn in [true, false] {
            var negotiation = TLSNegotiation()
            #expect(negotiation.began(first: 0x16, isOffered: true) == .begin)
            #expect(negotiation.state == .handshaking(direct: true))
            #expect(negotiation.began(first: 0x16, isOffered: true) == .proceed)
            #expect(negotiation.established(alpn: alpn) == (alpn ? .proceed : .refuse(.directTLSWithoutALPN)))
        }
    }

    @Test func `not offered`() {
        var negotiation = TLSNegotiation()
        #expect(negotiation.began(first: 0x16, isOffered: false) == .proceed)
        #expect(negotiation.requested(isOffered: false, trailing: true) == .deny)
        #expect(negotiation.state == .clear)
    }

    @Test func `bytes that came before the answer are not believed`() {
        var negotiation = TLSNegotiation()
        _ = negotiation.began(first: 0, isOffered: true)
        #expect(negotiation.requested(isOffered: true, trailing: true) == .refuse(.unencryptedData))
    }

    @Test func `a handshake is the first thing or does not come unasked`() {
        var negotiation = TLSNegotiation()
        _ = negotiation.began(first: 0, isOffered: true)
        #expect(negotiation.began(first: 0x16, isOffered: true) == .proceed)
        #expect(negotiation.state == .clear)
    }
}
