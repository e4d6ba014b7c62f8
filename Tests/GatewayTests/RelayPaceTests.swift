import Testing

@testable import Gateway

struct RelayPaceTests {
    @Test func `eight short reads in a row make a direction steady`() {
        var pace = RelayPace()
        for _ in 1..<RelayPace.wanted { #expect(!pace.isSteady(after: 100)) }
        #expect(pace.isSteady(after: 100))
        #expect(pace.isSteady(after: 100))
    }

    @Test func `a long one begins the count anew`() {
        var pace = RelayPace()
        for _ in 1..<RelayPace.wanted { _ = pace.isSteady(after: 100) }
        #expect(!pace.isSteady(after: RelayRing.bufferBytes))
        for _ in 1..<RelayPace.wanted { #expect(!pace.isSteady(after: 1)) }
        #expect(pace.isSteady(after: 1))
        pace.restart()
        #expect(!pace.isSteady(after: 1))
    }

    @Test(arguments: [
        RingToken.received(EventToken(.peer, index: 44_999, generation: 0x3FFF_FFFF)), .received(EventToken(.peer, index: 0)),
        .sent(buffer: 0), .sent(buffer: RelayRing.bufferCount - 1), .events, .nothing,
    ])
    func `tokens come back as they went`(token: RingToken) {
        #expect(RingToken(raw: token.raw) == token)
    }

    @Test func `a cancelled request is nobody's`() {
        #expect(RingToken(raw: .max) == .nothing)
    }
}
