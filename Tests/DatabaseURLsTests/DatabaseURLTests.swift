import DatabaseURLs
import Testing

@Suite("Database URLs")
struct DatabaseURLTests {
    @Test(
        "Any password survives being written and read",
        arguments: [
            "secret", "ends!", "p@ss:w/o?r#d%", "100%", "ü€🐦", " space ", "a+b&c=d", "'\"\\`$(reboot)", "[::1]", "%41", "",
        ])
    func roundTrip(password: String) throws {
        for engine in [DatabaseEngine.postgresql, .mysql] {
            let url = DatabaseURL(
                engine: engine, user: "app user", password: password, host: "db.example.com", port: 5433, database: "a/b",
                options: [.init("sslmode", "verify-full"), .init("sslrootcert", "/tmp/a bundle.pem")])
            #expect(try DatabaseURL(url.text) == url)
            if password.count > 3 { #expect(!url.description.contains(password)) }
        }
    }

    @Test(
        "Unescaped passwords that are not ambiguous are understood",
        arguments: [
            ("postgresql://u:ends!@h:5432/cruddur", "ends!"), ("postgresql://u:p@ss@h/d", "p@ss"),
            ("mysql+pymysql://u:a:b@h/d", "a:b"), ("mysql://u:@h/d", ""),
        ])
    func lenient(text: String, password: String) throws {
        let url = try DatabaseURL(text)
        #expect(url.user == "u" && url.password == password && url.host == "h")
    }

    @Test(
        "What is wrong is refused, without repeating the password",
        arguments: [
            ("http://u:hunter2@h/d", "scheme \"http\""), ("oracle://h", "scheme"), ("cruddur", "starts with its kind"),
            ("postgresql:u:hunter2@h", "two slashes"), ("postgresql://u:hunter2/x@h/d", "%2F"),
            ("postgresql://u:12/hunter2@h/d", "@ after the host"), ("postgresql://u:hunter2?x@h/d", "%3F"),
            ("postgresql://u:hunter2%@h/d", "%25"), ("postgresql://u:hunter2%zz@h/d", "%25"),
            ("postgresql://u:%00@h/d", "hexadecimal"), ("mysql://h:0/d", "port"), ("mysql://h:65536/d", "port"),
            ("mysql://h:+1/d", "port"), ("postgresql://a,b/d", "One host"), ("postgresql://[::1/d", "IPv6"),
            ("sqlite://host/file.db", "no host"), ("postgresql://h/d?sslmode", "name=value"), ("postgresql://h/a/b", "slash"),
            (":hunter2", "scheme"),
        ])
    func refused(text: String, words: String) {
        let error = #expect(throws: DatabaseURLError.self) { _ = try DatabaseURL(text) }
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "")")
        #expect(error?.message.contains("hunter2") != true)
    }

    @Test("Paths, sockets and addresses")
    func places() throws {
        #expect(try DatabaseURL("sqlite:///volumes/x.db").database == "volumes/x.db")
        #expect(try DatabaseURL("sqlite:////srv/x.db").database == "/srv/x.db")
        #expect(try DatabaseURL("sqlite://").database == DatabaseURL.memory)
        #expect(DatabaseURL.sqlite(path: "/srv/a b.db").text == "sqlite:////srv/a%20b.db")
        #expect(try DatabaseURL("postgresql://u@%2Frun%2Fpg/d").host == "/run/pg")
        #expect(try DatabaseURL("postgresql:///d?host=/run/pg").isSocket)
        #expect(try DatabaseURL("mysql://u@/d?unix_socket=/run/m.sock").host == "/run/m.sock")
        let six = try DatabaseURL("postgresql://u@[2001:db8::1]:5433/d")
        #expect(six.host == "2001:db8::1" && six.port == 5433 && six.text == "postgresql://u@[2001:db8::1]:5433/d")
        #expect(try DatabaseURL("mysql://127.0.0.2/d").isLocal)
        #expect(try !DatabaseURL("mysql://127.example.com/d").isLocal)
    }

    @Test("The environment decides as the notes do")
    func environment() throws {
        func url(_ environment: [String: String]) throws -> String {
            try DatabaseURL.fromEnvironment(environment, databaseName: "school").text
        }
        let mysql = ["DB_ENDPOINT": "h", "DB_USERNAME": "u", "DB_PASSWORD": "p!"]
        #expect(try url([:]) == "sqlite:///volumes/school.db")
        #expect(try url(["CONNECTION_URL": ""]) == "sqlite:///volumes/school.db")
        #expect(try url(mysql) == "mysql://u:p%21@h:3306/school")
        #expect(
            try url(["DB_HOST": "h", "DB_USER": "u", "DB_PASS": "p", "DB_PORT": "3307", "DB_NAME": "blog"])
                == "mysql://u:p@h:3307/blog")
        #expect(try url(mysql.merging(["CONNECTION_URL": "postgres://h/d"]) { $1 }) == "postgresql://h/d")
        // Who has that variable has it for good, as the notes tell; nobody means it who does not say so.
        #expect(try url(["PROD_CONNECTION_URL": "postgres://h/d"]) == "sqlite:///volumes/school.db")
        #expect(throws: DatabaseURLError.self) { _ = try url(["DB_ENDPOINT": "h", "DB_USERNAME": "u"]) }
        #expect(throws: DatabaseURLError.self) { _ = try url(mysql.merging(["DB_PORT": "x"]) { $1 }) }
        #expect(throws: DatabaseURLError.self) { _ = try url(["CONNECTION_URL": "ftp://h"]) }
    }
}
