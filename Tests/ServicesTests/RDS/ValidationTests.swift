import AWSWire
import Resources
import Testing

@testable import Services

/// Runs `body` and returns the message of the fault it throws, with its code.
private func refusal(_ body: () throws -> Void) -> String? {
    do {
        try body()
        return nil
    } catch let fault as Fault {
        return "\(fault.code): \(fault.message)"
    } catch {
        return "\(error)"
    }
}

@Suite struct ValidationTests {
    @Test(arguments: ["a", "mydb", "MyDB", "my-db-1", String(repeating: "a", count: 63)])
    func identifiers(text: String) throws {
        #expect(try Identifier.instance(text, parameter: "P") == text.lowercased())
    }

    @Test(arguments: [
        ("1db", "not a valid identifier. Identifiers must begin with a letter"), ("-db", "begin with a letter"),
        ("db-", "must not end with a hyphen"), ("d--b", "two consecutive hyphens"), ("my_db", "only ASCII letters"),
        ("dätabase", "only ASCII letters"), ("a b", "only ASCII letters"), (String(repeating: "a", count: 64), "longer than 63"),
    ])
    func badIdentifiers(text: String, fragment: String) {
        let message = refusal { _ = try Identifier.instance(text, parameter: "NewDBInstanceIdentifier") }
        #expect(message?.hasPrefix("InvalidParameterValue: The parameter NewDBInstanceIdentifier") == true)
        #expect(message?.contains(fragment) == true, "\(message ?? "accepted")")
    }

    @Test(arguments: ["root", "Root_1", "a", "abcdefghijklmnop"])
    func usernames(text: String) throws {
        #expect(try MasterUser.username(text, FakeCatalog.postgres) == text)
    }

    @Test(
        arguments: [
            (nil, "The parameter MasterUsername must be provided and must not be blank."),
            ("admin", "MasterUsername admin cannot be used as it is a reserved word used by the engine"),
            ("ADMIN", "MasterUsername ADMIN cannot be used"), ("rdsadmin", "reserved word"), ("pg_me", "reserved word"),
            ("1root", "begin with a letter"), ("_root", "begin with a letter"), ("ro-ot", "letters, digits or underscores"),
            ("abcdefghijklmnopq", "1 to 16"), ("röot", "MasterUsername"),
        ] as [(String?, String)])
    func badUsernames(text: String?, fragment: String) {
        let message = refusal { _ = try MasterUser.username(text, FakeCatalog.postgres) }
        #expect(message?.hasPrefix("InvalidParameterValue: ") == true)
        #expect(message?.contains(fragment) == true, "\(message ?? "accepted")")
    }

    @Test(
        arguments: [
            (nil, "must be provided and must not be blank"),
            (
                "1234567",
                "The parameter MasterUserPassword is not a valid password because it is shorter than 8 characters."
            ),
            (String(repeating: "x", count: 129), "because it is longer than 128 characters."),
            ("pass/word1", "Only printable ASCII characters besides '/', '@', '\"', ' ' may be used."),
            ("pass@word1", "besides"), ("pass\"word1", "besides"), ("pass word1", "besides"), ("pässword1", "besides"),
            ("pass\tword", "besides"),
        ] as [(String?, String)])
    func badPasswords(text: String?, fragment: String) {
        let message = refusal { _ = try MasterUser.password(text, FakeCatalog.postgres) }
        #expect(message?.hasPrefix("InvalidParameterValue: The parameter MasterUserPassword") == true)
        #expect(message?.contains(fragment) == true, "\(message ?? "accepted")")
        if let text { #expect(message?.contains(text) == false, "a password in a message") }
    }

    @Test func passwordLengthIsTheEngines() throws {
        let text = String(repeating: "x", count: 42)
        #expect(try MasterUser.password(text, FakeCatalog.postgres) == text)
        #expect(throws: Fault.self) { try MasterUser.password(text, FakeCatalog.mariadb) }
    }

    @Test(arguments: ["1db", "_db", "my-db", String(repeating: "a", count: 64), "rdsadmin", "Template0"])
    func badDatabaseNames(text: String) {
        #expect(refusal { _ = try DatabaseName.check(text, FakeCatalog.postgres) }?.contains("DBName") == true)
    }

    @Test(arguments: [(1149, false), (1150, true), (5432, true), (65535, true), (65536, false), (-1, false)])
    func ports(number: Int, isLegal: Bool) {
        let message = refusal { _ = try Limits.port(number, parameter: "DBPortNumber") }
        #expect((message == nil) == isLegal)
        if let message { #expect(message.contains("DBPortNumber")) }
    }

    @Test func `where endpoints share addresses, other ports are refused`() throws {
        #expect(try Limits.port(5433, parameter: "Port", among: [5432, 5433]) == 5433)
        let message = refusal { _ = try Limits.port(5434, parameter: "Port", among: [5433, 5432]) }
        #expect(message?.contains("5434. serve --gateway-listen has 5432, 5433.") == true)
        #expect(throws: Fault.self) { try Limits.port(80, parameter: "Port", among: [80]) }
    }

    @Test(arguments: [(-1, false), (0, true), (35, true), (36, false)])
    func retention(days: Int, isLegal: Bool) {
        #expect((refusal { _ = try Limits.retention(days) } == nil) == isLegal)
    }

    @Test(arguments: [(7, true), (31, true), (713, true), (731, true), (0, false), (8, false), (744, false)])
    func insightsRetention(days: Int, isLegal: Bool) {
        #expect((refusal { _ = try Limits.performanceInsightsRetention(days) } == nil) == isLegal)
    }

    @Test func classes() throws {
        #expect(try Limits.instanceClass("db.r6g.16xlarge") == "db.r6g.16xlarge")
        #expect(refusal { _ = try Limits.instanceClass("db.foo") } == "InvalidParameterValue: Invalid DB Instance class: db.foo")
        #expect(throws: Fault.self) { try Limits.instanceClass("t3.micro") }
    }
}
