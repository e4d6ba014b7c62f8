import Resources
import Testing

@testable import Engines

@Suite struct PostgreSQLBootstrapTests {
    typealias Inventory = PostgreSQLPreparation.Inventory
    static let empty = Inventory(roles: [], databases: ["postgres"])

    private func make(_ username: String = "app", database: String? = nil, major: Int = 15) throws -> PostgreSQLBootstrap {
        try PostgreSQLBootstrap(
            Bootstrap(master: .init(username: username, verifier: SCRAMVerifierTests.example), databaseName: database),
            major: major)
    }

    @Test func makesTheMasterUserOnceAndGivesItTheSameRightsAgain() throws {
        let bootstrap = try make()
        #expect(bootstrap.masterStatements(present: Self.empty).hasPrefix("CREATE ROLE \"app\" LOGIN"))
        let again = bootstrap.masterStatements(present: Inventory(roles: ["app"], databases: []))
        #expect(again.hasPrefix("ALTER ROLE \"app\" LOGIN"))
        #expect(again.contains("GRANT rds_superuser TO \"app\" WITH ADMIN OPTION"))
    }

    @Test func makesTheDatabaseOnlyWhereItIsMissing() throws {
        #expect(try make().databaseStatement(present: Self.empty) == nil)
        #expect(try make(database: "postgres").databaseStatement(present: Self.empty) == nil)
        let statement = try make("own\"er", database: "my\"db").databaseStatement(present: Self.empty)
        #expect(statement == #"CREATE DATABASE "my""db" OWNER "own""er";"#)
    }

    /// PostgreSQL 16 wants ADMIN to grant a role, and being a member of rds_iam would change how the master user logs in.
    @Test func theMasterUserCanGrantIAMLoginFrom16On() throws {
        #expect(try !make(major: 15).masterStatements(present: Self.empty).contains("rds_iam"))
        let later = try make(major: 16).masterStatements(present: Self.empty)
        #expect(later.contains("rds_iam TO \"app\" WITH ADMIN TRUE, INHERIT FALSE"))
    }

    @Test(arguments: ["plain text", ""]) func refusesWhatIsNoVerifier(_ verifier: String) {
        let master = DBInstance.MasterUser(username: "app", verifier: verifier)
        #expect(throws: EngineError.self) { try PostgreSQLBootstrap(.init(master: master, databaseName: nil), major: 15) }
        #expect(throws: EngineError.self) { try PostgreSQLBootstrap.passwordStatements(master) }
    }

    @Test func preparesOnlyWhatIsMissing() {
        let some = Inventory(roles: ["rds_iam", "rds_ad"], databases: ["rdsadmin"])
        let statements = PostgreSQLPreparation.roleStatements(present: some)
        #expect(!statements.contains("CREATE ROLE rds_iam "))
        #expect(statements.contains("CREATE ROLE rds_superuser NOLOGIN"))
        #expect(!PostgreSQLPreparation.databaseStatements(present: some).contains { $0.contains("CREATE DATABASE") })
        #expect(PostgreSQLPreparation.databaseStatements(present: Self.empty).first == "CREATE DATABASE rdsadmin;")
    }

    @Test func readsWhatTheServerSays() {
        let row: [String?] = [
            "15.18 (Debian 15.18-0+deb12u1)", "abc", "2", "TimeZone\u{1f}setting could not be applied\u{1e}\u{1f}x", "t", "7",
        ]
        let answers = PostgreSQLFacts.answers(row)
        #expect(
            answers
                == .init(
                    version: "15.18", configuration: "abc", restartPending: true, bootstrapped: true, masterGeneration: 7,
                    refusedParameters: ["TimeZone": "setting could not be applied", "": "x"]))
        #expect(PostgreSQLFacts.answers(["15.18"]) == nil)
        #expect(PostgreSQLFacts.answers([nil, "", "0", "", "f", "0"]) == nil)
    }
}
