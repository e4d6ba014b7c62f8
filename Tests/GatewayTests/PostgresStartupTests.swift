import Testing

@testable import Gateway

@Suite struct PostgresStartupTests {
    private func decode(_ bytes: [UInt8]) -> PostgresStartup { bytes.withUnsafeBytes(PostgresStartup.decode) }

    private func session(_ bytes: [UInt8]) -> PostgresStartup.Session? {
        guard case .session(let session, bytes.count) = decode(bytes) else { return nil }
        return session
    }

    @Test func `a session's parameters`() throws {
        let bytes = PostgresBytes.startup([
            ("user", "alice"), ("database", "app"), ("application_name", "psql"), ("replication", "database"),
        ])
        let session = try #require(self.session(bytes))
        #expect(session.user == "alice" && session.database == "app" && session.applicationName == "psql")
        #expect(session.replication && session.minorVersion == 0)
    }

    @Test func `the database is the user's unless named, names end after 63 bytes, the last one counts`() throws {
        #expect(session(PostgresBytes.startup([("user", "alice")]))?.database == "alice")
        let long = String(repeating: "x", count: 80)
        #expect(session(PostgresBytes.startup([("user", long)]))?.user == String(long.prefix(63)))
        #expect(session(PostgresBytes.startup([("user", "a"), ("user", "b")]))?.user == "b")
    }

    @Test(arguments: [("true", true), ("1", true), ("database", true), ("off", false), ("FALSE", false), ("0", false)])
    func `replication is anything but a no`(text: String, expected: Bool) {
        #expect(session(PostgresBytes.startup([("user", "a"), ("replication", text)]))?.replication == expected)
    }

    @Test func `later minor versions are the server's business`() {
        #expect(session(PostgresBytes.startup([("user", "a")], version: 3 << 16 | 2))?.minorVersion == 2)
    }

    @Test func `requests`() {
        #expect(decode(PostgresBytes.sslRequest) == .encryptionRequest(.tls, count: 8))
        #expect(decode(PostgresBytes.gssRequest) == .encryptionRequest(.gss, count: 8))
        #expect(decode(PostgresBytes.cancel + [1, 2]) == .cancelRequest(count: 16))
        let request = PostgresBytes.word(80_877_102) + PostgresBytes.word(1)
        let longKey = PostgresBytes.packet(request + Array(repeating: 9, count: 256))
        #expect(decode(longKey) == .cancelRequest(count: 268))
        #expect(decode(PostgresBytes.packet(PostgresBytes.word(80_877_102))) == .malformed(.invalidLength))
    }

    @Test func `every beginning of a packet is incomplete`() {
        for packet in [PostgresBytes.alice, PostgresBytes.cancel, PostgresBytes.sslRequest] {
            for count in 0..<packet.count {
                let needed = count < 4 ? 4 : packet.count
                #expect(decode(Array(packet[..<count])) == .incomplete(needed: needed))
            }
        }
    }

    @Test(arguments: [0, 4, 7, 10_005, Int(UInt32.max)])
    func `impossible lengths`(length: Int) {
        #expect(decode(PostgresBytes.word(length) + PostgresBytes.word(3 << 16)) == .malformed(.invalidLength))
    }

    @Test func `the longest packet is taken`() {
        let name = String(repeating: "v", count: PostgresStartup.maximumBytes - 4 - 1 - 7 - 2)
        let bytes = PostgresBytes.startup([("user", "a"), (name, "")])
        #expect(bytes.count == PostgresStartup.bufferBytes)
        #expect(session(bytes) != nil)
    }

    @Test func `layouts that do not add up`() {
        let version = PostgresBytes.word(3 << 16)
        for body in ["", "user", "user\0", "user\0a", "user\0a\0", "user\0a\0\0x", "user\0a\0\0\0"] {
            #expect(decode(PostgresBytes.packet(version + Array(body.utf8))) == .malformed(.invalidLayout), "\(body)")
        }
        #expect(decode(PostgresBytes.packet(version + [0])) == .malformed(.noUserName))
    }

    @Test(arguments: [(1, 0), (2, 0), (4, 0), (1234, 5681), (0, 0)])
    func `protocols that nobody speaks`(major: Int, minor: Int) {
        let bytes = PostgresBytes.packet(PostgresBytes.word(major << 16 | minor))
        #expect(decode(bytes) == .malformed(.unsupportedProtocol(major: major, minor: minor)))
    }

    @Test func `random bytes never lead out of bounds`() {
        let seed = UInt64.random(in: 0 ... .max)
        var generator = SeededGenerator(seed: seed)
        let seeds = [PostgresBytes.alice, PostgresBytes.cancel, PostgresBytes.sslRequest, PostgresBytes.error("57P03")]
        for round in 0..<30_000 {
            var bytes = seeds.randomElement(using: &generator) ?? []
            for _ in 0..<Int.random(in: 0...6, using: &generator) {
                let place = Int.random(in: 0..<bytes.count, using: &generator)
                bytes[place] = UInt8.random(in: 0...255, using: &generator)
            }
            if Bool.random(using: &generator) { bytes.removeLast(Int.random(in: 0..<bytes.count, using: &generator)) }
            switch decode(bytes) {
            case .incomplete(let needed):
                #expect(needed > bytes.count && needed <= PostgresStartup.bufferBytes, "seed \(seed), round \(round)")
            case .encryptionRequest(_, let count), .cancelRequest(let count), .session(_, let count):
                #expect(count <= bytes.count, "seed \(seed), round \(round)")
            case .malformed: break
            }
            _ = bytes.withUnsafeBytes(PostgresGreeting.classify)
        }
    }

    @Test func `log lines hold no surprises`() {
        #expect(PostgresStartup.Session.sanitised("a\nb\u{1B}[31mé") == "a?b?[31m?")
        #expect(PostgresStartup.Session.sanitised(String(repeating: "x", count: 100)).count == 63)
    }
}

/// SplitMix64.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

@Suite struct PostgresGreetingTests {
    private func classify(_ bytes: [UInt8]) -> PostgresGreeting { bytes.withUnsafeBytes(PostgresGreeting.classify) }

    @Test func `only 57P03 says not ready`() {
        #expect(classify(PostgresBytes.error("57P03")) == .notReady)
        #expect(classify(PostgresBytes.error("57P01")) == .refused)
        #expect(classify(PostgresBytes.error("28000", "C57P03")) == .refused)
    }

    @Test func `who is let in without a challenge is told from who is challenged`() {
        for code in [2, 3, 5, 7, 9, 10] { #expect(classify(PostgresBytes.authentication(code)) == .challenged) }
        #expect(classify(PostgresBytes.authenticationOk) == .unchallenged)
        #expect(classify(Array(PostgresBytes.authenticationOk.dropLast())) == .incomplete)
        // Neither a list of options that the server does not know nor a notice hides what comes after it.
        let version = [UInt8(ascii: "v")] + PostgresBytes.packet(PostgresBytes.word(0) + PostgresBytes.word(0))
        let notice = [UInt8(ascii: "N")] + PostgresBytes.packet(PostgresBytes.terminated("SNOTICE") + [0])
        #expect(classify(version + notice + PostgresBytes.authenticationOk) == .unchallenged)
        #expect(classify(version + notice + PostgresBytes.welcome) == .challenged)
        #expect(classify(version + PostgresBytes.error("57P03")) == .notReady)
        for count in 0..<version.count { #expect(classify(Array(version[..<count])) == .incomplete) }
    }

    @Test func `what no server says first is not passed on`() {
        for bytes in [Array("HTTP/1.1".utf8), [0], PostgresBytes.ready, [UInt8(ascii: "v")] + PostgresBytes.word(40_000)] {
            #expect(classify(bytes) == .unintelligible)
        }
    }

    @Test func `errors in the format of protocol 2 are passed on`() {
        #expect(classify(Array("Ecould not fork new process for connection\n\0".utf8)) == .refused)
        #expect(classify([UInt8(ascii: "E")] + PostgresBytes.word(4_097)) == .refused)
    }

    @Test func `it waits for the code and no longer`() {
        let error = PostgresBytes.error("57P03")
        let codeEnds = 5 + "SFATAL0VFATAL0C57P030".count
        for count in 0..<error.count {
            #expect(classify(Array(error[..<count])) == (count < codeEnds ? .incomplete : .notReady))
        }
    }
}

@Suite struct PostgresRefusalTests {
    @Test func `every refusal is a whole ErrorResponse with its code`() throws {
        let all: [(PostgresRefusal, String)] = [
            (.invalidLength, "08P01"), (.invalidLayout, "08P01"), (.unsupportedProtocol(major: 4, minor: 0), "0A000"),
            (.noUserName, "28000"), (.reservedUser, "28000"), (.startingUp, "57P03"), (.shuttingDown, "57P03"),
            (.tooManyConnections, "53300"), (.tooManyWaiting, "57P03"), (.accessDenied, "28000"),
            (.encryptionRequired, "28000"), (.unencryptedData, "08P01"), (.directTLSWithoutALPN, "08P01"),
            (.iamFailed, "28000"), (.passwordExpected, "08P01"), (.unintelligibleServer, "08P01"),
        ]
        for (refusal, code) in all {
            let fields = try #require(PostgresBytes.fields(refusal.bytes(.init(host: "::1", endpoint: "e", user: "u"))))
            #expect(fields["C"] == code && fields["S"] == "FATAL" && fields["V"] == "FATAL" && fields["M"]?.isEmpty == false)
        }
    }

    @Test func `a name cannot forge a field`() throws {
        let context = PostgresRefusal.Context(host: "h", endpoint: "e", user: "a\0Cxxxxx", database: "d")
        #expect(PostgresBytes.fields(PostgresRefusal.reservedUser.bytes(context))?["C"] == "28000")
    }

    @Test func `replication connections are named as such`() {
        let context = PostgresRefusal.Context(host: "h", user: "u", database: "d", replication: true)
        let text = PostgresRefusal.reservedUser.response(context).message
        #expect(text == "pg_hba.conf rejects replication connection for host \"h\", user \"u\", no encryption")
    }
}
