import AWSWire
import Resources
import Testing

@testable import Services

@Suite struct CatalogTests {
    private func versions(_ query: [String: String]) async throws -> [String] {
        try await Fixture().rds("DescribeDBEngineVersions", query).all("DBEngineVersions").compactMap {
            $0["EngineVersion"]?.text
        }
    }

    @Test(
        arguments: [
            ([:], ["15.18", "15.20", "16.4"]), (["Engine": "postgres", "EngineVersion": "15"], ["15.18", "15.20"]),
            (["Engine": "postgres", "EngineVersion": "15.20"], ["15.20"]), (["Engine": "postgres", "EngineVersion": "14.6"], []),
            (["DBParameterGroupFamily": "postgres16"], ["16.4"]), (["DefaultOnly": "true"], ["16.4"]), (["Engine": "mysql"], []),
            (["Filters.Filter.1.Name": "status", "Filters.Filter.1.Values.Value.1": "deprecated"], []),
            (["EngineVersion": "junk"], []),
        ] as [([String: String], [String])])
    func installedVersions(query: [String: String], expected: [String]) async throws {
        #expect(try await versions(query) == expected)
    }

    @Test func upgradesAreThoseThatModifyTakes() async throws {
        let answer = try await Fixture().rds("DescribeDBEngineVersions", ["EngineVersion": "15.18"])
        let version = try #require(answer.all("DBEngineVersions").first)
        #expect(version.all("ValidUpgradeTarget").map { $0["EngineVersion"]?.text } == ["15.20"])
        #expect(version["DBEngineVersionDescription"]?.text == "PostgreSQL 15.18")
    }

    @Test func anEngineThatAWSDoesNotHave() async throws {
        let fixture = try Fixture()
        await fixture.refuses("DescribeDBEngineVersions", ["Engine": "foo"], code: "InvalidParameterValue", saying: "foo")
        await fixture.refuses(
            "DescribeOrderableDBInstanceOptions", ["Engine": "foo"], code: "InvalidParameterValue", saying: "foo")
        await fixture.refuses("DescribeOrderableDBInstanceOptions", [:], code: "MissingParameter", saying: "Engine")
    }

    @Test func orderableOptionsAreWhatCreateTakes() async throws {
        let fixture = try Fixture()
        let answer = try await fixture.rds(
            "DescribeOrderableDBInstanceOptions",
            ["Engine": "postgres", "EngineVersion": "15.20", "DBInstanceClass": "db.t3.micro", "Vpc": "true"])
        let options = answer.all("OrderableDBInstanceOptions")
        #expect(options.map { $0["StorageType"]?.text } == ["gp2", "gp3", "io1", "io2", "standard"])
        #expect(options.allSatisfy { $0["MultiAZCapable"]?.text == "false" })
        #expect(options.first?.all("AvailabilityZones").count == 3)
    }

    @Test(arguments: [
        ["LicenseModel": "bring-your-own-license"], ["Vpc": "false"], ["EngineVersion": "9.6.1"], ["DBInstanceClass": "db.foo"],
        ["AvailabilityZoneGroup": "us-east-1-bos-1"],
    ])
    func whatCannotBeOrdered(query: [String: String]) async throws {
        let fixture = try Fixture()
        let answer = try await fixture.rds("DescribeOrderableDBInstanceOptions", query.merging(["Engine": "postgres"]) { $1 })
        #expect(answer.all("OrderableDBInstanceOptions").isEmpty)
    }

    @Test func orderableOptionsComeInPages() async throws {
        let fixture = try Fixture()
        var count = 0
        var query = ["Engine": "postgres", "EngineVersion": "16.4", "MaxRecords": "1000"]
        repeat {
            let answer = try await fixture.rds("DescribeOrderableDBInstanceOptions", query)
            count += answer.all("OrderableDBInstanceOptions").count
            query["Marker"] = answer["Marker"]?.text
        } while query["Marker"] != nil
        #expect(count == DBInstanceClass.all.count * Storage.kinds.count)
    }

    @Test func quotasThatAreEnforced() async throws {
        let fixture = try Fixture(quota: 7)
        try await fixture.create()
        let quotas = try await fixture.rds("DescribeAccountAttributes").all("AccountQuotas")
        let instances = try #require(quotas.first { $0["AccountQuotaName"]?.text == "DBInstances" })
        #expect(instances["Used"]?.text == "1" && instances["Max"]?.text == "7")
    }

}
