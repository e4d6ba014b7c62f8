import Foundation
import Testing

@testable import Gateway

@Suite struct MySQLDecodingTests {
    @Test(
        arguments: [
            ([], MySQLPacket.incomplete), ([1, 0, 0], .incomplete), ([1, 0, 0, 7], .incomplete),
            ([1, 0, 0, 7, 9], .whole(number: 7, count: 1)),
            ([0, 0, 0, 3], .whole(number: 3, count: 0)), ([1, 0, 0, 0, 9, 9], .whole(number: 0, count: 1)),
            ([1, 0, 1, 0], .tooLarge),
            ([0xFF, 0xFF, 0xFF, 0], .tooLarge), ([0, 0, 1, 0], .incomplete),
            // A header of the PROXY protocol, text and binary, is never a packet.
            (Array("PROXY TCP4 1.2.3.4".utf8), .tooLarge), ([0x0D, 0x0A, 0x0D, 0x0A, 0x00], .tooLarge),
        ] as [([UInt8], MySQLPacket)])
    func packets(bytes: [UInt8], expected: MySQLPacket) {
        #expect(bytes.withUnsafeBytes { MySQLPacket.decode($0) } == expected)
    }

    @Test func `a greeting says what the server can do, and is shown with TLS as the endpoint has it`() throws {
        let payload = MySQLBytes.greetingPayload()
        guard case .greeting(let capabilities, let offset) = payload.withUnsafeBytes({ MySQLGreeting.decode($0) }) else {
            throw TestFailure("no greeting")
        }
        #expect(capabilities == MySQLBytes.offered && !capabilities.contains(.tls))
        let with = payload.withUnsafeBytes { MySQLGreeting.rewritten($0, offset: offset, offersTLS: true) }
        #expect(with == MySQLBytes.greetingPayload(MySQLBytes.offered.union(.tls)))
        let without = with.withUnsafeBytes { MySQLGreeting.rewritten($0, offset: offset, offersTLS: false) }
        #expect(without == payload)
        for count in 0..<(offset + 7) {
            #expect(Array(payload.prefix(count)).withUnsafeBytes { MySQLGreeting.decode($0) } == .unintelligible)
        }
    }

    @Test(
        arguments: [
            ([0xFF, 0x10, 0x04] + Array("Too many connections".utf8), MySQLGreeting.refused(code: 1040)),
            ([0xFF, 0x1D, 0x04] + Array("Server shutdown in progress".utf8), .notReady), ([0xFF, 0x1D], .unintelligible),
            ([9] + Array("old\0".utf8), .unintelligible), (Array("HTTP/1.1 400".utf8), .unintelligible), ([], .unintelligible),
            (MySQLBytes.greetingPayload([.secureConnection]), .unintelligible),
        ] as [([UInt8], MySQLGreeting)])
    func `other first words`(payload: [UInt8], expected: MySQLGreeting) {
        #expect(payload.withUnsafeBytes { MySQLGreeting.decode($0) } == expected)
    }

    private func decode(
        _ payload: [UInt8], _ offered: MySQLCapabilities = MySQLBytes.offered.union(.tls), isSecure: Bool = false
    ) -> MySQLResponse {
        payload.withUnsafeBytes { MySQLResponse.decode($0, offered: offered, isSecure: isSecure) }
    }

    @Test func `a request for TLS is 32 bytes, where it was offered, and once`() {
        #expect(decode(MySQLBytes.tlsRequest) == .tlsRequest)
        #expect(decode(MySQLBytes.tlsRequest, MySQLBytes.offered) == .malformed(.badHandshake))
        #expect(decode(MySQLBytes.tlsRequest, isSecure: true) == .malformed(.badHandshake))
        // Who asks for TLS does not say who it is before.
        let eager = MySQLBytes.response("alice", MySQLBytes.client.union(.tls))
        #expect(decode(eager) == .malformed(.badHandshake))
    }

    @Test(
        arguments: [
            ([], MySQLRefusal.badHandshake), ([0, 2, 0], .badHandshake), ([5, 0, 0, 0, 0] + Array("root\0".utf8), .oldProtocol),
            (Array(MySQLBytes.head(MySQLBytes.client).dropLast()), .badHandshake),
            (MySQLBytes.head(MySQLBytes.client), .badHandshake),
            (MySQLBytes.head(MySQLBytes.client) + Array("alice".utf8), .badHandshake),
            (MySQLBytes.head(MySQLBytes.client) + Array("alice\0".utf8), .badHandshake),
            (MySQLBytes.head(MySQLBytes.client) + Array("alice\0".utf8) + [20, 1, 2], .badHandshake),
            (
                MySQLBytes.head(MySQLBytes.client.union(.encodedAnswer)) + Array("a\0".utf8) + [0xFE, 1, 0, 0, 0, 0, 0, 0, 0, 7],
                .badHandshake
            ),
            (MySQLBytes.head(.protocol41) + Array("alice\0answer".utf8), .badHandshake),
        ] as [([UInt8], MySQLRefusal)])
    func `no answers`(payload: [UInt8], refusal: MySQLRefusal) {
        #expect(decode(payload) == .malformed(refusal))
    }

    private func session(_ payload: [UInt8]) throws -> MySQLResponse.Session {
        guard case .session(let session) = decode(payload) else { throw TestFailure("no session") }
        return session
    }

    private func name(_ payload: [UInt8]) throws -> String {
        let session = try session(payload)
        return payload.withUnsafeBytes { String(decoding: session.name(in: $0), as: UTF8.self) }
    }

    @Test(arguments: [
        ("alice", "alice"), ("", ""), ("'rdsadmin'", "rdsadmin"), ("'", "'"), ("''", ""), ("'a", "'a"), ("Zoë", "Zoë"),
        ("\"a\"", "\"a\""),
    ])
    func `a user's name is read as the server reads it`(sent: String, read: String) throws {
        #expect(try name(MySQLBytes.response(sent)) == read)
    }

    @Test func `every form of an answer leads to the method behind it`() throws {
        let long = [UInt8](repeating: 7, count: 300)
        let forms: [[UInt8]] = [
            MySQLBytes.response("alice", answer: [1, 2]), MySQLBytes.response("alice", answer: [1, 2], database: "app"),
            MySQLBytes.head(MySQLBytes.client.union(.encodedAnswer)) + Array("alice\0".utf8) + [0xFC, 0x2C, 1] + long
                + MySQLBytes.terminated("mysql_native_password"),
            MySQLBytes.head([.protocol41, .pluginAuthentication]) + Array("alice\0answer\0mysql_native_password\0".utf8),
        ]
        for payload in forms {
            let session = try session(payload)
            #expect(session.usesPassword)
            #expect(session.method.map { payload[$0].elementsEqual("mysql_native_password".utf8) } == true)
        }
        #expect(try session(MySQLBytes.response("alice", method: nil)).method == nil)
        #expect(try !session(MySQLBytes.response("alice")).usesPassword)
        // A method that is not announced is none.
        #expect(try session(MySQLBytes.response("alice", [.protocol41, .secureConnection])).method == nil)
    }

    @Test func `the server hears nothing of TLS, and of no password before it asks`() throws {
        let plain = MySQLBytes.response("alice", answer: [1, 2, 3], database: "app")
        var secure = plain
        secure[1] |= 0x08
        guard case .session(let session) = decode(secure, isSecure: true) else { throw TestFailure("no session") }
        #expect(secure.withUnsafeBytes { session.forServer($0) } == plain)
        for database in [nil, "app"] {
            let clear = MySQLBytes.response(
                "alice", answer: Array("secret\0".utf8), method: "mysql_clear_password", database: database)
            let sent = clear.withUnsafeBytes { bytes in (try? self.session(clear))?.forServer(bytes) }
            #expect(sent == MySQLBytes.response("alice", method: MySQLResponse.Session.noMethod, database: database))
        }
    }

    @Test(
        arguments: [
            (MySQLBytes.ok, MySQLServerMessage.ok), (MySQLBytes.error(1045, "28000"), .error(SQLState("28000"))),
            ([0xFF, 0x10, 4] + Array("Too many".utf8), .error(SQLState())), ([0xFF], .error(SQLState())),
            ([0xFE], .changeMethod(method: 1..<1, data: 1..<1)),
            (MySQLBytes.changeMethod("abc", [5]), .changeMethod(method: 1..<4, data: 5..<6)),
            ([0xFE, 65, 66], nil), ([], nil), ([1, 4], .more(1..<2)), ([1], .more(1..<1)),
            ([4] + Array("Password: ".utf8), .question),
        ] as [([UInt8], MySQLServerMessage?)])
    func `what servers say`(payload: [UInt8], expected: MySQLServerMessage?) {
        #expect(payload.withUnsafeBytes { MySQLServerMessage.decode($0) } == expected)
    }

    @Test func `refusals are ERR packets, without an SQLSTATE before the greeting`() {
        let context = MySQLRefusal.Context(host: "10.0.0.5", endpoint: "db.test", user: "rdsadmin")
        let first = MySQLBytes.refusal(MySQLRefusal.tooManyConnections.bytes(number: 0, context))
        #expect(first.map { $0 == (0, 1040, "Too many connections") } == true)
        let later = MySQLBytes.refusal(MySQLRefusal.reservedUser.bytes(number: 3, context))
        let text = "#28000Access denied for user 'rdsadmin'@'10.0.0.5' (using password: YES)"
        #expect(later.map { $0 == (3, 1045, text) } == true)
        let secure = MySQLBytes.refusal(MySQLRefusal.encryptionRequired.bytes(number: 2, context))
        #expect(
            secure?.text
                == "#HY000Connections using insecure transport are prohibited while --require_secure_transport=ON.")
        #expect(secure?.code == 3159)
    }

    @Test func `a header that names the client`() {
        let four = ProxyHeader.bytes(SourceAddress("10.1.2.3") ?? .none, port: 0x1234)
        #expect(four.count == 28 && Array(four[12..<16]) == [0x21, 0x11, 0, 12])
        #expect(Array(four[16...]) == [10, 1, 2, 3, 0, 0, 0, 0, 0x12, 0x34, 0, 0])
        let six = ProxyHeader.bytes(SourceAddress("2001:db8::1") ?? .none, port: 1)
        #expect(six.count == 52 && Array(six[12..<16]) == [0x21, 0x21, 0, 36] && six[16] == 0x20 && six[31] == 1)
    }

    @Test(arguments: [
        ("0 \(String(repeating: "a1", count: 32))\n", true), ("0 \(String(repeating: "a1", count: 32))", true),
        ("0 \(String(repeating: "a1", count: 31))\n", false), ("x \(String(repeating: "a1", count: 32))", false),
        (String(repeating: "a1", count: 32), false), ("0 \(String(repeating: "A1", count: 32))", false), ("", false),
        ("0  0 \(String(repeating: "a1", count: 32))", false),
    ])
    func `the server's word`(text: String, isWord: Bool) {
        #expect((ServerWord.decode(Data(text.utf8)) != nil) == isWord)
    }
}
