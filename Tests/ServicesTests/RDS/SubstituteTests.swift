import AWSWire
import Resources
import Testing

@testable import Services

/// MySQL's name, MariaDB's server: every answer says so.
@Suite struct SubstituteTests {
    private let mysql = [
        "DBInstanceIdentifier": "shop", "Engine": "mysql", "DBInstanceClass": "db.t3.micro", "AllocatedStorage": "20",
        "MasterUsername": "admin", "MasterUserPassword": Fixture.password,
    ]

    @Test func theCatalogueSaysWhatRuns() async throws {
        let fixture = try Fixture(catalog: .withMariaDB)
        let answer = try await fixture.rds("DescribeDBEngineVersions", ["Engine": "mysql"])
        let version = try #require(answer.all("DBEngineVersions").first)
        #expect(version["EngineVersion"]?.text == "10.11.19")
        #expect(version["DBEngineDescription"]?.text == "MariaDB in place of MySQL")
        #expect(version["DBEngineVersionDescription"]?.text == "MariaDB 10.11.19 in place of MySQL")
        #expect(version["DBParameterGroupFamily"]?.text == "mysql8.0")
        #expect(version["MajorEngineVersion"]?.text == "8.0")
    }

    @Test(
        arguments: [
            ("8.0.35", "MariaDB 10.11.19 runs in place of MySQL 8.0.35: MySQL's own server is not run here."),
            (nil, "MariaDB 10.11.19 runs in place of MySQL: MySQL's own server is not run here."),
            ("10.11.19", "MariaDB 10.11.19 runs in place of MySQL: MySQL's own server is not run here."),
        ] as [(String?, String)])
    func anEventSaysWhatRuns(_ requested: String?, _ message: String) async throws {
        let fixture = try Fixture(catalog: .withMariaDB)
        let created = try await fixture.rds(
            "CreateDBInstance", mysql.merging(requested.map { ["EngineVersion": $0] } ?? [:]) { $1 })
        #expect(created["DBInstance"]?["EngineVersion"]?.text == "10.11.19")
        #expect(created["DBInstance"]?["LicenseModel"]?.text == "general-public-license")
        let events = try await fixture.rds("DescribeEvents", ["Duration": "60"]).all("Events")
        #expect(events.contains { $0["Message"]?.text == message })
    }

    @Test func exactVersionsTakeNoSubstituteUnasked() async throws {
        let fixture = try Fixture(catalog: .withMariaDB, exactVersions: true)
        await fixture.refuses(
            "CreateDBInstance", mysql, code: "InvalidParameterCombination", saying: "Give 10.11.19 as EngineVersion")
        await fixture.refuses(
            "CreateDBInstance", mysql.merging(["EngineVersion": "8.0.35"]) { $1 }, code: "InvalidParameterCombination",
            saying: "--exact-versions")
        try await fixture.rds("CreateDBInstance", mysql.merging(["EngineVersion": "10.11.19"]) { $1 })
    }

    @Test func groupsAreTheEngines() async throws {
        let fixture = try Fixture(catalog: .withMariaDB)
        for (engine, parameters, options) in [
            ("mysql", "default.mysql8.0", "default:mysql-8-0"), ("mariadb", "default.mariadb10.11", "default:mariadb-10-11"),
        ] {
            let call = mysql.merging(["Engine": engine, "DBInstanceIdentifier": engine]) { $1 }
            let instance = try #require(try await fixture.rds("CreateDBInstance", call)["DBInstance"])
            #expect(instance.all("DBParameterGroups").first?["DBParameterGroupName"]?.text == parameters)
            #expect(instance.all("OptionGroupMemberships").first?["OptionGroupName"]?.text == options)
        }
    }

    @Test func whyAnEngineIsMissing() throws {
        var traits = FakeCatalog.mariadb
        traits.absence = "MySQL 8.0.35 was found"
        let fault = #expect(throws: Fault.self) {
            try EngineChoice.choose(engine: traits, requested: nil, exact: false, FakeCatalog())
        }
        #expect(fault?.message.hasSuffix("then try again. MySQL 8.0.35 was found.") == true)
    }
}
