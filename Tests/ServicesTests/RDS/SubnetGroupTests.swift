import AWSWire
import Resources
import Testing

@testable import Services

@Suite struct SubnetGroupTests {
    private func query(_ fixture: Fixture, _ name: String = "mine", subnets: [Int] = [0, 1]) -> [String: String] {
        var query = ["DBSubnetGroupName": name, "DBSubnetGroupDescription": "a < b & \"c\" > d"]
        for (index, subnet) in subnets.enumerated() {
            query["SubnetIds.SubnetIdentifier.\(index + 1)"] = fixture.network.subnets[subnet].id
        }
        return query
    }

    @Test func createDescribeModifyDelete() async throws {
        let fixture = try Fixture()
        let created = try await fixture.rds("CreateDBSubnetGroup", query(fixture, "MINE"))
        #expect(created["DBSubnetGroup.DBSubnetGroupName"]?.text == "mine")
        #expect(created["DBSubnetGroup.DBSubnetGroupArn"]?.text == "arn:aws:rds:us-east-1:123456789012:subgrp:mine")
        #expect(created["DBSubnetGroup.DBSubnetGroupDescription"]?.text == "a < b & \"c\" > d")
        #expect(created["DBSubnetGroup.VpcId"]?.text == fixture.network.vpcID)
        #expect(created["DBSubnetGroup.SubnetGroupStatus"]?.text == "Complete")
        #expect(
            created.all("DBSubnetGroup.Subnets").map { $0["SubnetAvailabilityZone.Name"]?.text } == ["us-east-1a", "us-east-1b"])
        let all = try await fixture.rds("DescribeDBSubnetGroups")
        #expect(all.all("DBSubnetGroups").map { $0["DBSubnetGroupName"]?.text } == ["default", "mine"])
        let changed = try await fixture.rds("ModifyDBSubnetGroup", query(fixture, subnets: [1, 2, 1]))
        #expect(changed.all("DBSubnetGroup.Subnets").count == 2)
        try await fixture.rds("DeleteDBSubnetGroup", ["DBSubnetGroupName": "mine"])
        #expect(fixture.store.list(DBSubnetGroup.self).isEmpty)
    }

    @Test func theDefaultGroupIsAlwaysThereAndNobodys() async throws {
        let fixture = try Fixture()
        let answer = try await fixture.rds("DescribeDBSubnetGroups", ["DBSubnetGroupName": "Default"])
        #expect(answer.all("DBSubnetGroups").first?.all("Subnets").count == 3)
        await fixture.refuses(
            "CreateDBSubnetGroup", query(fixture, "default"), code: "InvalidParameterValue", saying: "DBSubnetGroupName")
        await fixture.refuses("ModifyDBSubnetGroup", query(fixture, "default"), code: "InvalidParameterValue", saying: "default")
        await fixture.refuses(
            "DeleteDBSubnetGroup", ["DBSubnetGroupName": "default"], code: "InvalidDBSubnetGroupStateFault", saying: "default")
    }

    @Test func whatCannotBe() async throws {
        let fixture = try Fixture()
        try await fixture.rds("CreateDBSubnetGroup", query(fixture))
        await fixture.refuses("CreateDBSubnetGroup", query(fixture), code: "DBSubnetGroupAlreadyExists", saying: "mine")
        await fixture.refuses(
            "CreateDBSubnetGroup", query(fixture, "other", subnets: [0]), code: "DBSubnetGroupDoesNotCoverEnoughAZs",
            saying: "Current AZ coverage: 1")
        await fixture.refuses(
            "CreateDBSubnetGroup", query(fixture, "other", subnets: []), code: "MissingParameter", saying: "SubnetIds")
        await fixture.refuses(
            "CreateDBSubnetGroup", query(fixture, "1st"), code: "InvalidParameterValue", saying: "DBSubnetGroupName")
        var unknown = query(fixture, "other")
        unknown["SubnetIds.SubnetIdentifier.2"] = "subnet-nope"
        await fixture.refuses("CreateDBSubnetGroup", unknown, code: "InvalidSubnet", saying: "subnet-nope")
        for action in ["ModifyDBSubnetGroup", "DeleteDBSubnetGroup", "DescribeDBSubnetGroups"] {
            let query = action == "ModifyDBSubnetGroup" ? query(fixture, "nobody") : ["DBSubnetGroupName": "nobody"]
            await fixture.refuses(action, query, code: "DBSubnetGroupNotFoundFault", status: 404, saying: "nobody")
        }
    }

    @Test func aGroupInUseKeepsItsZonesAndStays() async throws {
        let fixture = try Fixture()
        try await fixture.rds("CreateDBSubnetGroup", query(fixture))
        try await fixture.create("mydb", ["DBSubnetGroupName": "mine", "AvailabilityZone": "us-east-1a"])
        await fixture.refuses(
            "DeleteDBSubnetGroup", ["DBSubnetGroupName": "mine"], code: "InvalidDBSubnetGroupStateFault", saying: "mydb")
        await fixture.refuses("ModifyDBSubnetGroup", query(fixture, subnets: [1, 2]), code: "SubnetAlreadyInUse", saying: "mydb")
    }

    @Test func thereIsAQuota() async throws {
        let fixture = try Fixture()
        for number in 0..<SubnetGroupRules.groupQuota {
            try await fixture.rds("CreateDBSubnetGroup", query(fixture, "g\(number)"))
        }
        await fixture.refuses("CreateDBSubnetGroup", query(fixture), code: "DBSubnetGroupQuotaExceeded", saying: "50")
    }
}
