import Testing

@testable import Gateway

struct RelayPaceTests {
    /// Whether a direction is steady after each of these reads.
    private func steady(after counts: [Int]) -> [Bool] {
        var pace = RelayPace()
        return counts.map { pace.isSteady(after: $0) }
    }

    private let almost = [Int](repeating: 100, count: Int(RelayPace.wanted) - 1)

    @Test func `eight short reads in a row make a direction steady`() {
        #expect(steady(after: almost) == almost.map { _ in false })
        #expect(steady(after: almost + [100, 1]).suffix(2) == [true, true])
    }

    @Test func `a long one begins the count anew`() {
        #expect(steady(after: almost + [RelayRing.bufferBytes, 1]).suffix(2) == [false, false])
        #expect(steady(after: almost + [RelayRing.bufferBytes] + almost + [1]).suffix(2) == [false, true])
    }

    @Test func `who has left begins anew too`() {
        var pace = RelayPace()
        for count in almost + [1] { _ = pace.isSteady(after: count) }
        pace.restart()
        #expect(pace == RelayPace())
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
