import Testing

@testable import Gateway

@Suite struct LoginSnifferTests {
    private static let parameter = [UInt8(ascii: "S")] + PostgresBytes.packet(Array("server_version\015.1\0".utf8))
    private static let key = [UInt8(ascii: "K")] + PostgresBytes.packet(PostgresBytes.word(7) + PostgresBytes.word(8))
    private static let session =
        PostgresBytes.authentication(10) + PostgresBytes.authenticationOk + parameter + parameter + key + PostgresBytes.ready

    private func feed(_ bytes: [UInt8], in parts: Int) -> LoginSniffer.Verdict {
        var sniffer = LoginSniffer()
        for start in stride(from: 0, to: bytes.count, by: parts) {
            _ = bytes[start..<min(start + parts, bytes.count)].withUnsafeBytes { sniffer.feed($0) }
        }
        return sniffer.verdict
    }

    @Test(arguments: [1, 2, 3, 5, 7, 64, 100_000])
    func `a login ends with ReadyForQuery or an error, however it is cut`(parts: Int) {
        #expect(feed(Self.session, in: parts) == .success)
        #expect(feed(Self.session.dropLast() + [], in: parts) == .undecided)
        #expect(feed(PostgresBytes.welcome + PostgresBytes.error("28P01"), in: parts) == .failure(SQLState("28P01")))
        let late = PostgresBytes.authenticationOk + Self.parameter + PostgresBytes.error("3D000", "C28P01")
        #expect(feed(late, in: parts) == .failure(SQLState("3D000")))
    }

    @Test func `the first verdict stays`() {
        #expect(feed(Self.session + PostgresBytes.error("28P01"), in: 9) == .success)
    }

    @Test(arguments: [
        Array("HTTP/1.1 200".utf8), [UInt8(ascii: "S"), 0, 0, 0, 3], [UInt8(ascii: "S"), 0xFF, 0xFF, 0xFF, 0xFF],
        [UInt8(ascii: "T")] + PostgresBytes.word(4),
    ])
    func `what is no login is left alone`(bytes: [UInt8]) {
        #expect(feed(bytes, in: 3) == .unintelligible)
    }

    @Test func `it does not follow for ever`() {
        var sniffer = LoginSniffer()
        var count = 0
        while sniffer.verdict == .undecided, count < 10_000 {
            count += 1
            _ = Self.parameter.withUnsafeBytes { sniffer.feed($0) }
        }
        #expect(sniffer.verdict == .unintelligible)
        #expect(count * Self.parameter.count <= LoginSniffer.maximumBytes + Self.parameter.count)
    }

    @Test func `codes`() {
        #expect(SQLState("28P01").description == "28P01" && SQLState("28P01").isAuthorization)
        #expect(SQLState("28000").isAuthorization && !SQLState("3D000").isAuthorization && !SQLState("028P0").isAuthorization)
        #expect(SQLState("5730312345").description == "57303" && SQLState("").description.isEmpty)
        #expect(SQLState("a\nb").description == "a?b")
    }

    @Test func `random bytes in random pieces do no harm, and pieces do not matter`() {
        let seed = UInt64.random(in: 0 ... .max)
        var generator = SeededGenerator(seed: seed)
        let seeds = [Self.session, PostgresBytes.welcome + PostgresBytes.error("28P01"), Self.key + Self.parameter]
        for round in 0..<20_000 {
            var bytes = seeds.randomElement(using: &generator) ?? []
            for _ in 0..<Int.random(in: 0...5, using: &generator) {
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0...255, using: &generator)
            }
            let parts = Int.random(in: 1...20, using: &generator)
            #expect(feed(bytes, in: parts) == feed(bytes, in: bytes.count), "seed \(seed), round \(round)")
        }
    }
}

@Suite struct PasswordMessageTests {
    private func decode(_ bytes: [UInt8]) -> PasswordMessage { bytes.withUnsafeBytes(PasswordMessage.decode) }

    @Test func `a password, whole and in parts`() {
        let bytes = PostgresBytes.password("secret")
        #expect(decode(bytes) == .password(5..<11))
        for count in 0..<bytes.count { #expect(decode(Array(bytes[..<count])) == .incomplete) }
        #expect(decode(PostgresBytes.password("")) == .password(5..<5))
        let token = String(repeating: "t", count: PasswordMessage.maximumBytes - 5)
        #expect(decode(PostgresBytes.password(token)) == .password(5..<(5 + token.utf8.count)))
    }

    @Test func `anything else`() {
        let whole = PostgresBytes.password("secret")
        #expect(decode(PostgresBytes.password(String(repeating: "t", count: PasswordMessage.maximumBytes - 4))) == .malformed)
        #expect(decode([UInt8(ascii: "Q")]) == .malformed)
        #expect(decode(whole + [0]) == .malformed)
        #expect(decode(PostgresBytes.password("a\0b")) == .malformed)
        #expect(decode([UInt8(ascii: "p")] + PostgresBytes.word(4)) == .malformed)
        #expect(decode([UInt8(ascii: "p")] + PostgresBytes.packet(Array("unterminated".utf8))) == .malformed)
        #expect(decode([UInt8(ascii: "p")] + PostgresBytes.word(Int(UInt32.max))) == .malformed)
    }
}
