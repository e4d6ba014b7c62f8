import DatabaseURLs
import Testing

@testable import Toolkit

@Suite struct TargetTests {
    private func choose(_ typed: TargetChoice.Typed = .init(), _ environment: [String: String] = [:]) throws -> TargetChoice {
        try TargetChoice(typed, environment: environment)
    }

    static let everything = [
        "CONNECTION_URL": "postgresql://me@localhost/dev", "PROD_CONNECTION_URL": "postgresql://me@db.example.com/prod",
        "DB_ENDPOINT": "mysql.example.com", "DB_USERNAME": "admin", "DB_PASSWORD": "secret!",
    ]

    @Test("The first that is given counts")
    func order() throws {
        #expect(try choose(.init(url: "sqlite:///a.db"), Self.everything).source == "--url")
        #expect(try choose(.init(instance: "mydb"), Self.everything).place == .instance("mydb"))
        #expect(try choose(.init(isProduction: true), Self.everything).source == "PROD_CONNECTION_URL")
        #expect(try choose(.init(), Self.everything).source == "CONNECTION_URL")
        var environment = Self.everything
        environment["CONNECTION_URL"] = ""
        let mysql = try choose(.init(), environment)
        #expect(mysql.source == "DB_ENDPOINT")
        guard case .address(let address) = mysql.place else {
            Issue.record("an address is wanted")
            return
        }
        #expect(address.dialect == .mysql && address.host == "mysql.example.com" && address.port == 3306)
        #expect(address.user == "admin" && address.password == "secret!" && address.database == "user_management")
        #expect(try choose().place == .address(DatabaseAddress(.sqlite, database: "volumes/user_management.db")))
    }

    @Test(
        "What contradicts itself or is incomplete is refused",
        arguments: [
            (TargetChoice.Typed(url: "sqlite:///a.db", instance: "b"), [:], "two databases"),
            (.init(isProduction: true), [:], "PROD_CONNECTION_URL"),
            (.init(), ["DB_ENDPOINT": "h"], "DB_USERNAME"),
            (.init(), ["DB_ENDPOINT": "h", "DB_USER": "u", "DB_PORT": "x"], "DB_PORT"),
            (.init(url: "oracle://a/b"), [:], "scheme"), (.init(url: "jdbc:postgresql://a/b"), [:], "jdbc"),
            (.init(url: "http://a/b"), [:], "scheme"), (.init(url: "nonsense"), [:], "kind"),
            (.init(), ["CONNECTION_URL": "postgresql://u:p@h:99999/d"], "CONNECTION_URL"),
            (.init(url: "sqlite:///a.db?mode=ro"), [:], "no options"), (.init(url: "sqlite://"), [:], "file"),
            (.init(url: "mysql://h/d?ssl_verify=no"), [:], "ssl_verify"),
            (.init(url: "postgresql://h/d?sslmode=maybe"), [:], "sslmode"),
            (.init(url: "postgresql://h/d?password=x"), [:], "before the @"), (.init(database: "../x"), [:], "slash"),
        ] as [(TargetChoice.Typed, [String: String], String)])
    func refused(_ typed: TargetChoice.Typed, _ environment: [String: String], _ fragment: String) {
        let error = #expect(throws: ToolkitError.self) { try choose(typed, environment) }
        #expect(error?.description.contains(fragment) == true, "\(error?.description ?? "")")
        #expect(error?.description.contains("u:p") != true)
    }

    @Test("A URL from a variable that was named is blamed on that variable")
    func namedVariable() throws {
        #expect(try choose(.init(url: "sqlite:///a.db", from: "OLD_URL"), Self.everything).source == "OLD_URL")
        let error = #expect(throws: ToolkitError.self) { try choose(.init(url: "postgresql://h:99999/d", from: "OLD_URL")) }
        #expect(error?.description.hasPrefix("OLD_URL: ") == true)
    }

    @Test(
        "A URL is the same again, whatever the password holds",
        arguments: [
            "simple", "ends!", "p@ss:w/o?r#d%41", "a b\t'\"\\`$&;|<>(){}[]*~^", "ünï€🦆", "+%2F", "!@", ":", "@",
        ])
    func passwords(_ password: String) throws {
        for dialect in [Dialect.postgresql, .mysql] {
            var address = DatabaseAddress(dialect, host: "db.example.com", database: "a/b c", user: "me@corp", port: 5433)
            address.password = password
            address.tls = .verifyFull
            address.caFile = "/etc/ca bundle.pem"
            let text = address.url.text
            #expect(try DatabaseAddress(url: text) == address)
            #expect(text.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || ":/@?&=%._-~+".contains($0)) }, "\(text)")
            #expect(!address.description.contains(password) || password.count == 1)
        }
    }

    @Test("What is not on this machine is verified")
    func trust() throws {
        #expect(try DatabaseAddress(url: "postgresql://u@db.example.com/d").effectiveTLS == .verifyFull)
        #expect(try DatabaseAddress(url: "postgresql://u@localhost/d").effectiveTLS == .prefer)
        #expect(try DatabaseAddress(url: "mysql://u@127.0.0.5/d").isLocal)
        #expect(try !DatabaseAddress(url: "mysql://u@127.evil.com/d").isLocal)
        #expect(try DatabaseAddress(url: "mysql+pymysql://u@h/d?ssl_ca=x.pem").effectiveTLS == .verifyFull)
        #expect(try DatabaseAddress(url: "postgresql://u@h/d?sslmode=require").effectiveTLS == .require)
    }

    @Test("Only what cannot lead elsewhere is local")
    func local() throws {
        #expect(try !DatabaseAddress(url: "postgresql://me@localhost/app?hostaddr=192.0.2.1").isLocal)
        #expect(try DatabaseAddress(url: "postgresql://me@db.example.com/app?hostaddr=127.0.0.1").isLocal)
        #expect(try !DatabaseAddress(url: "postgresql:///app?service=prod").isLocal)
        func address(_ environment: [String: String]) throws -> DatabaseAddress {
            guard case .address(let address) = try choose(.init(url: "postgresql:///app"), environment).place else {
                throw ToolkitError("not an address")
            }
            return address
        }
        #expect(try address([:]).isLocal)
        let elsewhere = try address(["PGHOST": "db.example.com"])
        #expect(elsewhere.host == "db.example.com" && !elsewhere.isLocal && elsewhere.effectiveTLS == .verifyFull)
        #expect(try address(["PGHOST": "/run/x"]).socket == "/run/x")
        #expect(try !address(["PGHOSTADDR": "192.0.2.1"]).isLocal)
        #expect(try !address(["PGSERVICE": "prod"]).isLocal)
    }

    @Test("Half a server is none, and nothing is no name")
    func halves() throws {
        for environment in [["DB_USERNAME": "u"], ["DB_PASSWORD": "p"], ["DB_USER": "u", "DB_PASS": "p"]] {
            #expect(throws: ToolkitError.self) { try choose(.init(), environment) }
        }
        let empty = try choose(.init(), ["DB_NAME": "", "DB_ENDPOINT": "", "DB_PASSWORD": ""])
        #expect(empty.place == .address(DatabaseAddress(.sqlite, database: "volumes/user_management.db")))
    }

    @Test(
        "URLs say again what they were told",
        arguments: [
            ("postgresql://me@%2Ftmp%2Fs:5433/app", "postgresql://me@:5433/app?host=/tmp/s"),
            ("postgresql://me@/app?host=/tmp/s&port=5433", "postgresql://me@:5433/app?host=/tmp/s"),
            ("postgresql://me@/app?host=/tmp/s", "postgresql://me@/app?host=/tmp/s"),
            ("postgresql://h/d?sslcert=a&options=-c%20x%3D1", "postgresql://h:5432/d?options=-c%20x%3D1&sslcert=a"),
            ("mysql+pymysql://u@h/d?charset=utf8mb4", "mysql://u@h:3306/d?charset=utf8mb4"),
            // As every driver of MySQL takes it.
            ("mysql://u@h/d?ssl_ca=ca.pem", "mysql://u@h:3306/d?ssl_ca=ca.pem"),
            ("mysql://u@h/d?ssl_ca=ca.pem&sslmode=verify-ca", "mysql://u@h:3306/d?sslmode=verify-ca&ssl_ca=ca.pem"),
        ])
    func again(url: String, expected: String) throws {
        let address = try DatabaseAddress(url: url)
        #expect(address.url.text == expected)
        #expect(try DatabaseAddress(url: address.url.text) == address)
    }
}
