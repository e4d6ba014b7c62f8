import Testing

@testable import Gateway

@Suite struct MySQLLoginTests {
    /// A login whose greeting was shown.
    private func greeted(offersTLS: Bool = true) -> MySQLLogin {
        var login = MySQLLogin()
        login.greeted(MySQLBytes.offered, offersTLS: offersTLS)
        return login
    }

    private func client(
        _ login: inout MySQLLogin, _ number: UInt8, _ payload: [UInt8], secure: Bool = false
    ) -> MySQLLogin.ClientVerdict {
        payload.withUnsafeBytes { login.client(number, $0, isSecure: secure) }
    }

    private func server(
        _ login: inout MySQLLogin, _ number: UInt8, _ payload: [UInt8], secure: Bool = false
    ) -> MySQLLogin.ServerVerdict {
        payload.withUnsafeBytes { login.server(number, $0, isSecure: secure) }
    }

    /// A login whose answer the server has.
    private func asked(secure: Bool, _ response: [UInt8] = MySQLBytes.response("alice", answer: [1])) throws -> MySQLLogin {
        var login = greeted()
        if secure { #expect(client(&login, 1, MySQLBytes.tlsRequest) == .beginTLS) }
        guard case .judge = client(&login, secure ? 2 : 1, response, secure: secure) else { throw TestFailure("not judged") }
        #expect(!login.expectsClient)
        let sent = response.withUnsafeBytes { login.judged($0) }
        #expect(sent?[3] == 1, "the server counts without the request for TLS")
        return login
    }

    @Test(arguments: [false, true])
    func `the way of a password`(secure: Bool) throws {
        var login = try asked(secure: secure)
        #expect(server(&login, 2, MySQLBytes.ok, secure: secure) == .success)
        #expect(login.state == .over)
        #expect(login.numberForClient(2) == (secure ? 3 : 2))
    }

    @Test(arguments: [false, true])
    func `questions go to and fro, each with the other side's number`(secure: Bool) throws {
        var login = try asked(secure: secure)
        let ahead: UInt8 = secure ? 1 : 0
        #expect(server(&login, 2, MySQLBytes.changeMethod("client_ed25519", [1, 2]), secure: secure) == .forward)
        #expect(login.expectsClient && login.next == 3 + ahead)
        #expect(client(&login, 3 + ahead, [7, 7], secure: secure) == .forward)
        #expect(login.numberForServer(3 + ahead) == 3)
        // As a dialog asks again.
        #expect(server(&login, 4, [4] + Array("And now?".utf8), secure: secure) == .forward)
        #expect(client(&login, 5 + ahead, [8], secure: secure) == .forward)
        #expect(server(&login, 6, MySQLBytes.error(1045, "28000"), secure: secure) == .failure(SQLState("28000")))
    }

    @Test func `the quick way of caching_sha2_password`() throws {
        var login = try asked(secure: false)
        #expect(server(&login, 2, [1, 3]) == .forward)
        #expect(server(&login, 3, MySQLBytes.ok) == .success)
    }

    @Test func `its long way needs TLS, because the server wants the password as it is`() throws {
        var secure = try asked(secure: true)
        #expect(server(&secure, 2, [1, 4], secure: true) == .forward)
        #expect(client(&secure, 4, Array("secret\0".utf8), secure: true) == .forward)
        #expect(server(&secure, 4, MySQLBytes.ok, secure: true) == .success)
        var plain = try asked(secure: false)
        #expect(server(&plain, 2, [1, 4]) == .refuse(.passwordInClear))
        #expect(plain.next == 2, "the client gets the refusal in the question's place")
    }

    @Test func `a password in the clear is asked for over TLS only`() throws {
        var plain = try asked(secure: false)
        #expect(server(&plain, 2, MySQLBytes.changeMethod("mysql_clear_password")) == .refuse(.passwordInClear))
        var secure = try asked(secure: true)
        #expect(server(&secure, 2, MySQLBytes.changeMethod("mysql_clear_password"), secure: true) == .forward)
    }

    private static let tokenQuestion = MySQLBytes.changeMethod("mysql_clear_password", MySQLLogin.tokenMark)

    @Test func `the way of a token`() throws {
        var login = try asked(secure: true)
        #expect(server(&login, 2, Self.tokenQuestion, secure: true) == .token)
        #expect(login.next == 3)
        // Nothing of what the server said to the gateway reaches the client.
        #expect(login.askToken() == MySQLBytes.packet(3, MySQLBytes.changeMethod("mysql_clear_password")))
        #expect(server(&login, 3, MySQLBytes.ok, secure: true) == .refuse(.unintelligibleServer))
        #expect(client(&login, 4, Array("token\0".utf8), secure: true) == .token(0..<5))
        let word = Array("word".utf8)
        #expect(login.vouched(word, for: Array("jane".utf8)) == MySQLBytes.packet(3, MySQLBytes.terminated("wordjane")))
        #expect(login.vouched(word, for: []) == nil)
        // After that there is nothing to discuss.
        var other = login
        #expect(server(&other, 4, MySQLBytes.changeMethod("dialog"), secure: true) == .refuse(.unintelligibleServer))
        #expect(server(&login, 4, MySQLBytes.ok, secure: true) == .success)
        #expect(login.numberForClient(4) == 5)
    }

    @Test func `nobody is vouched for unasked`() throws {
        for login in [greeted(), try asked(secure: true)] {
            var login = login
            #expect(login.vouched([1], for: []) == nil)
        }
    }

    @Test func `packets out of order`() throws {
        for number: UInt8 in [0, 2, 255] {
            var login = greeted()
            #expect(client(&login, number, MySQLBytes.response("alice")) == .refuse(.outOfOrder))
        }
        var answered = try asked(secure: false)
        #expect(client(&answered, 2, [3]) == .refuse(.outOfOrder), "it is not the client's turn")
        #expect(server(&answered, 5, MySQLBytes.ok) == .refuse(.unintelligibleServer))
        #expect(server(&answered, 2, []) == .refuse(.unintelligibleServer))
        var early = greeted()
        #expect(server(&early, 1, MySQLBytes.ok) == .refuse(.unintelligibleServer), "no login without an answer")
    }

    @Test func `a server may give up on a client that is slow`() {
        var login = greeted()
        #expect(server(&login, 1, MySQLBytes.error(1159, "08S01")) == .failure(SQLState("08S01")))
    }

    @Test func `numbers begin again at 0 after 255`() throws {
        var login = try asked(secure: true)
        var number: UInt8 = 2
        for _ in 0..<200 {
            #expect(server(&login, number, [2, 65], secure: true) == .forward)
            #expect(client(&login, number &+ 2, [65], secure: true) == .forward)
            number &+= 2
        }
        #expect(server(&login, number, MySQLBytes.ok, secure: true) == .success)
    }
}
