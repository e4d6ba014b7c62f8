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

    @Test(".env files as they are written")
    func dotEnv() throws {
        let text = """
            # Sample Database configuration
            DB_ENDPOINT='users-database.us-west-2.rds.amazonaws.com'
            export DB_USERNAME="ad\\"min"
            DB_PASSWORD='z7$JgA#8!'
            EMPTY=
            PLAIN = a b # comment
            """
        #expect(
            try DotEnv.parse(text) == [
                "DB_ENDPOINT": "users-database.us-west-2.rds.amazonaws.com", "DB_USERNAME": "ad\"min", "DB_PASSWORD": "z7$JgA#8!",
                "EMPTY": "", "PLAIN": "a b",
            ])
        #expect(throws: ToolkitError("line 2 is not NAME=value")) { try DotEnv.parse("A=1\nnonsense") }
        #expect(throws: ToolkitError("line 1: the quotation mark is not closed")) { try DotEnv.parse("A='secret") }
    }
}
