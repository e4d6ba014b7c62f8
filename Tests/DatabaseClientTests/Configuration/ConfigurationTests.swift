import Foundation
import Testing

@testable import DatabaseClient

@Suite("Configuration")
struct ConfigurationTests {
    @Test(
        "What cannot be carried out is refused",
        arguments: [
            ("postgresql://h/d?sslmode=prefer", "promises nothing"), ("postgresql://h/d?sslmode=allow", "promises nothing"),
            ("postgresql://h/d?sslrootcert=/nowhere.pem", "cannot be read"),
            ("mysql://h/d?ssl_ca=/nowhere.pem", "cannot be read"),
            ("postgresql://h/d?service=x", "not known"), ("mysql://h/d?local_infile=1", "not known"),
            ("mysql://h/d?charset=latin1", "not known"), ("sqlite:///x.db?mode=ro", "not known"),
            ("postgresql://h/d?connect_timeout=soon", "seconds"),
            ("postgresql://h/d?connect_timeout=0", "seconds"), ("mysql://h/d?connect_timeout=9223372036854775807", "a year"),
            ("postgresql://h/d?target_session_attrs=standby", "primary"),
        ])
    func refused(url: String, words: String) throws {
        let error = #expect(throws: DatabaseError.self) { _ = try Database(DatabaseConfiguration(url: url)) }
        #expect(error.map { "\($0)".contains(words) } == true, "\(String(describing: error))")
    }

    @Test func numbersThatContradictEachOther() throws {
        let changes: [@Sendable (inout DatabaseConfiguration) -> Void] = [
            { $0.pool.minimum = 6 }, { $0.pool.maximum = 0 }, { $0.pool.overflow = -1 }, { $0.pool.acquireTimeout = .zero },
            { $0.readers = [.sqlite(path: "x")] }, { $0.readerPool.maximum = 0 }, { $0.statementTimeout = .zero },
            { $0.statementTimeout = .seconds(Int64.max) }, { $0.cancelGrace = .seconds(366 * 86_400) },
            { $0.lagInterval = .seconds(Int64.max) }, { $0.pool.acquireTimeout = .seconds(Int64.max) },
            { $0.readerPool.connectTimeout = .seconds(Int64.max) },
        ]
        for change in changes {
            var configuration = try DatabaseConfiguration(url: "postgresql://h/d?sslmode=disable")
            change(&configuration)
            #expect(throws: DatabaseError.self) { _ = try Database(configuration) }
        }
        var sqlite = DatabaseConfiguration(.sqlite(path: "x"))
        sqlite.credentials = StaticCredentials(user: "u", password: "p")
        #expect(throws: DatabaseError.self) { _ = try Database(sqlite) }
    }

    @Test func tlsIsVerifiedUnlessSaidOtherwise() throws {
        func options(_ url: String) throws -> ServerOptions {
            let configuration = try DatabaseConfiguration(url: url)
            return try ServerOptions(configuration.writer, configuration)
        }
        let bundle = NSTemporaryDirectory() + "bundle-\(UUID().uuidString).pem"
        try Data().write(to: URL(fileURLWithPath: bundle))
        defer { do { try FileManager.default.removeItem(atPath: bundle) } catch { Issue.record(error) } }
        #expect(try options("postgresql://h/d?sslrootcert=\(bundle)").tls == .verifyFull)
        #expect(try options("mysql://127.0.0.1/d?ssl_ca=\(bundle)").tls == .verifyFull)
        #expect(try options("mysql://h/d?ssl-mode=VERIFY_IDENTITY&ssl_ca=\(bundle)").tls == .verifyFull)
        #expect(try options("mysql://h/d?ssl-mode=REQUIRED").tls == .require)
        #expect(try options("postgresql:///d?host=/run").tls == .disable)
    }

    @Test func fromTheEnvironment() throws {
        let production = ["DB_ENDPOINT": "h", "DB_USERNAME": "u", "DB_PASSWORD": "p!", "READER_URL": "mysql://a/x mysql://b/x"]
        let configuration = try DatabaseConfiguration.fromEnvironment(production, databaseName: "blog")
        #expect(configuration.writer.text == "mysql://u:p%21@h:3306/blog" && configuration.readers.map(\.host) == ["a", "b"])
        #expect(configuration.pool.maximum == 5 && configuration.pool.overflow == 10)
        #expect(configuration.pool.acquireTimeout == .seconds(30))
        #expect(try DatabaseConfiguration.fromEnvironment([:]).writer.database == "volumes/user_management.db")
    }

    @Test("A server that is not there is named, with what to look at, at once")
    func nobodyListens() async throws {
        let port = try freePort()
        for url in ["postgresql://u:p@127.0.0.1:\(port)/d?sslmode=disable", "mysql://u:p@127.0.0.1:\(port)/d?sslmode=disable"] {
            let database = try Database(DatabaseConfiguration(url: url))
            let began = ContinuousClock.now
            let error = await #expect(throws: DatabaseError.self) { try await database.query("SELECT 1") }
            guard case .connectFailed(let failure) = error else { throw TestFailure("\(String(describing: error))") }
            #expect(failure.place == "127.0.0.1:\(port)" && failure.hint == ConnectHint.refused, "\(failure)")
            // Not after the acquire time-out.
            #expect(ContinuousClock.now - began < .seconds(25))
            await database.shutdown()
            let closed = await #expect(throws: DatabaseError.self) { try await database.query("SELECT 1") }
            #expect(closed == .closed)
        }
    }

    @Test("A server that says nothing is given up after the connect time-out")
    func silence() async throws {
        let (listener, port) = try boundSocket()
        defer { close(listener) }
        try #require(listen(listener, 4) == 0)
        for scheme in ["postgresql", "mysql"] {
            var configuration = try DatabaseConfiguration(url: "\(scheme)://u:p@127.0.0.1:\(port)/d?sslmode=disable")
            configuration.pool.connectTimeout = .seconds(1)
            let error = await #expect(throws: DatabaseError.self) {
                try await withDatabase(configuration) { _ = try await $0.query("SELECT 1") }
            }
            guard case .connectFailed = error else { throw TestFailure("\(String(describing: error))") }
        }
    }
}
