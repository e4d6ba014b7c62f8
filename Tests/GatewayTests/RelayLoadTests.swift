import Testing

@testable import Gateway

struct RelayLoadTests {
    private static let second: UInt64 = 1_000_000_000

    /// At which of these turns it is time to change over.
    private func changes(_ load: inout RelayLoad, _ messages: [Int], every nanoseconds: UInt64 = 1_000, from: UInt64 = 0) -> [Int]
    {
        messages.indices.filter { load.turned(messages: messages[$0], now: from + UInt64($0) * nanoseconds) }
    }

    @Test func `one message at a time is no load, however many come`() {
        var load = RelayLoad()
        #expect(changes(&load, [Int](repeating: 1, count: 10_000)).isEmpty)
        #expect(!load.favoursRing)
    }

    @Test func `turns that find nothing tell nothing`() {
        var load = RelayLoad()
        #expect(changes(&load, [Int](repeating: 0, count: 10_000)).isEmpty && load.average == 1)
    }

    @Test func `several at a time change over once, and few change back`() {
        var load = RelayLoad()
        #expect(changes(&load, [Int](repeating: 4, count: 1_000)).count == 1)
        #expect(load.favoursRing)
        #expect(changes(&load, [Int](repeating: 1, count: 1_000), from: 2 * Self.second).count == 1)
        #expect(!load.favoursRing)
    }

    @Test func `what lies between the two limits changes nothing`() {
        var load = RelayLoad()
        let between = (0..<10_000).map { $0 % 3 == 0 ? 2 : 1 }
        #expect(changes(&load, between).isEmpty)
        _ = changes(&load, [Int](repeating: 4, count: 1_000))
        #expect(changes(&load, between, from: 2 * Self.second).isEmpty && load.favoursRing)
    }

    @Test func `not more than once in a while`() {
        var load = RelayLoad()
        let waves = (0..<100_000).map { $0 / 1_000 % 2 == 0 ? 6 : 1 }
        let seen = changes(&load, waves, every: 100_000)
        #expect(seen.count <= 11, "in ten seconds")
        #expect(zip(seen, seen.dropFirst()).allSatisfy { $1 - $0 >= 10_000 })
    }

    @Test func `always is always`() {
        var load = RelayLoad(.always)
        #expect(load.favoursRing && changes(&load, [Int](repeating: 1, count: 1_000)).isEmpty && load.favoursRing)
    }
}
