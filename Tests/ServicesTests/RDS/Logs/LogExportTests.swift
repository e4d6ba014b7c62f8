import AWSWire
import Resources
import Testing

@testable import Services

@Suite struct LogExportTests {
    private func shown(_ answer: XML) -> [String] {
        (answer["DBInstance"] ?? answer).all("EnabledCloudwatchLogsExports").map(\.text)
    }

    @Test func areKeptAndShown() async throws {
        let fixture = try Fixture()
        #expect(shown(try await fixture.create("plain")) == [])
        let created = try await fixture.create("mydb", ["EnableCloudwatchLogsExports.member.1": "postgresql"])
        #expect(shown(created) == ["postgresql"])
        try await fixture.settle()
        let enable = "CloudwatchLogsExportConfiguration.EnableLogTypes.member.1"
        let disable = "CloudwatchLogsExportConfiguration.DisableLogTypes.member.1"
        let query = ["DBInstanceIdentifier": "mydb"]
        #expect(
            shown(try await fixture.rds("ModifyDBInstance", query.merging([enable: "upgrade"]) { $1 }))
                == ["postgresql", "upgrade"])
        #expect(try fixture.stored().operation == nil, "nothing has to be done for it")
        #expect(shown(try await fixture.rds("ModifyDBInstance", query.merging([disable: "postgresql"]) { $1 })) == ["upgrade"])
        #expect(shown(try await fixture.rds("ModifyDBInstance", query)) == ["upgrade"])
        #expect(shown(try await fixture.rds("ModifyDBInstance", query.merging([disable: "upgrade"]) { $1 })) == [])
    }

    @Test func areThoseOfTheEngine() async throws {
        let fixture = try Fixture()
        try await fixture.createAvailable()
        var query = Fixture.minimal
        query["DBInstanceIdentifier"] = "other"
        query["EnableCloudwatchLogsExports.member.1"] = "slowquery"
        await fixture.refuses("CreateDBInstance", query, code: "InvalidParameterCombination", saying: "slowquery")
        let both = [
            "DBInstanceIdentifier": "mydb", "CloudwatchLogsExportConfiguration.EnableLogTypes.member.1": "upgrade",
            "CloudwatchLogsExportConfiguration.DisableLogTypes.member.1": "upgrade",
        ]
        await fixture.refuses("ModifyDBInstance", both, code: "InvalidParameterCombination", saying: "upgrade")
    }
}
