import Foundation
import Resources
import Testing

@testable import Services

@Suite struct IAMAuthenticationTests {
    private func shown(_ fixture: Fixture) async throws -> String? {
        try await fixture.rds("DescribeDBInstances").all("DBInstances").first?["IAMDatabaseAuthenticationEnabled"]?.text
    }

    @Test func offUnlessAskedFor() async throws {
        let fixture = try Fixture()
        try await fixture.createAvailable()
        #expect(try await shown(fixture) == "false")
        #expect(try !fixture.stored().spec.usesIAMAuthentication)
    }

    @Test func onAtCreation() async throws {
        let fixture = try Fixture()
        try await fixture.createAvailable("mydb", ["EnableIAMDatabaseAuthentication": "true"])
        #expect(try await shown(fixture) == "true")
    }

    @Test func changedAtOnceItHasAStatusOfItsOwn() async throws {
        let fixture = try Fixture()
        try await fixture.createAvailable()
        let answer = try await fixture.rds(
            "ModifyDBInstance",
            ["DBInstanceIdentifier": "mydb", "EnableIAMDatabaseAuthentication": "true", "ApplyImmediately": "true"])
        #expect(answer["DBInstance"]?["DBInstanceStatus"]?.text == "configuring-iam-database-auth")
        #expect(try fixture.stored().operation?.kind == .configureIAM)
    }

    @Test func otherwiseItWaitsAndCanBeTakenBack() async throws {
        let fixture = try Fixture()
        try await fixture.createAvailable()
        let query = ["DBInstanceIdentifier": "mydb", "EnableIAMDatabaseAuthentication": "true"]
        let answer = try await fixture.rds("ModifyDBInstance", query)
        #expect(answer["DBInstance"]?["PendingModifiedValues"]?["IAMDatabaseAuthenticationEnabled"]?.text == "true")
        #expect(try await shown(fixture) == "false")
        try await fixture.rds("ModifyDBInstance", query.merging(["EnableIAMDatabaseAuthentication": "false"]) { $1 })
        #expect(try fixture.stored().pending.isEmpty)
    }

    @Test func anInstanceOfAnEarlierMartletIsRead() throws {
        let instance = DBInstance.Spec(
            engine: "postgres", engineVersion: "15.18", instanceClass: "db.t3.micro", allocatedStorage: 20,
            storageType: "gp3", databaseName: nil, port: 5432, availabilityZone: "a", subnetGroup: "default",
            securityGroupIDs: [], publiclyAccessible: true, backupRetentionPeriod: 0, backupWindow: "", maintenanceWindow: "")
        var fields = try #require(
            JSONSerialization.jsonObject(with: JSONEncoder().encode(instance)) as? [String: Any])
        fields["iamAuthentication"] = nil
        fields["certificateAuthority"] = nil
        let read = try JSONDecoder().decode(DBInstance.Spec.self, from: JSONSerialization.data(withJSONObject: fields))
        #expect(read == instance && !read.usesIAMAuthentication)
    }
}
