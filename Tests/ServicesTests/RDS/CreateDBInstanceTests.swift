import AWSWire
import Foundation
import Resources
import Testing

@testable import Services

@Suite struct CreateDBInstanceTests {
    @Test func acceptsAndAnswersCreating() async throws {
        let fixture = try Fixture()
        let answer = try await fixture.create()
        let instance = try #require(answer["DBInstance"])
        #expect(instance["DBInstanceStatus"]?.text == "creating")
        #expect(instance["Endpoint"] == nil)
        #expect(instance["InstanceCreateTime"] == nil)
        #expect(instance["LatestRestorableTime"] == nil)
        #expect(instance["EngineVersion"]?.text == "16.4")
        #expect(instance["DBInstanceArn"]?.text == "arn:aws:rds:us-east-1:123456789012:db:mydb")
        let stored = try fixture.stored()
        #expect(stored.operation?.kind == .create)
        #expect(stored.resourceID == instance["DbiResourceId"]?.text)
        #expect(stored.master == DBInstance.MasterUser(username: "root_user", verifier: "verifier of 21 characters"))
    }

    @Test func defaultsAreThoseOfRDS() async throws {
        let fixture = try Fixture()
        try await fixture.create()
        let spec = try fixture.stored().spec
        #expect(spec.port == 5432)
        #expect(spec.storageType == "gp3")
        #expect(spec.backupRetentionPeriod == 1)
        #expect(spec.publiclyAccessible)
        #expect(spec.autoMinorVersionUpgrade)
        #expect(!spec.deletionProtection && !spec.copyTagsToSnapshot && !spec.performanceInsights)
        #expect(spec.performanceInsightsRetention == nil)
        #expect(spec.securityGroupIDs == [fixture.network.securityGroupID])
        #expect(spec.subnetGroup == "default")
        #expect(Region.zones(of: "us-east-1").contains(spec.availabilityZone))
    }

    /// The call of the course that the quickstart shows, word for word.
    @Test func takesTheCoursesOwnParameters() async throws {
        let fixture = try Fixture()
        let answer = try await fixture.rds(
            "CreateDBInstance",
            [
                "DBInstanceIdentifier": "cruddur-db-instance", "DBInstanceClass": "db.t3.micro", "Engine": "postgres",
                "EngineVersion": "14.6", "MasterUsername": "cruddurroot", "ManageMasterUserPassword": "true",
                "AllocatedStorage": "20", "AvailabilityZone": "us-east-1a", "BackupRetentionPeriod": "0", "Port": "5432",
                "MultiAZ": "false", "DBName": "cruddur", "StorageType": "gp2", "PubliclyAccessible": "true",
                "EnablePerformanceInsights": "true", "PerformanceInsightsRetentionPeriod": "7",
                "DeletionProtection": "false",
            ])
        let instance = try #require(answer["DBInstance"])
        #expect(instance["EngineVersion"]?.text == "15.18")
        #expect(instance["PerformanceInsightsRetentionPeriod"]?.text == "7")
        let events = try await fixture.rds("DescribeEvents")
        #expect(
            events.all("Events").map { $0["Message"]?.text } == [
                "PostgreSQL 14.6 is not installed on this host; PostgreSQL 15.18 runs in its place."
            ])
    }

    @Test func aManagedPasswordIsInItsSecretAndNowhereElse() async throws {
        let fixture = try Fixture()
        let answer = try await fixture.create("mydb", ["ManageMasterUserPassword": "true"])
        let arn = try #require(answer["DBInstance.MasterUserSecret.SecretArn"]?.text)
        #expect(answer["DBInstance.MasterUserSecret.SecretStatus"]?.text == "creating")
        let secret = try #require(fixture.store.get(Secret.self, region: "us-east-1", id: arn))
        #expect(try #/rds!db-[0-9a-f-]{36}/#.wholeMatch(in: secret.name) != nil)
        #expect(
            try #/arn:aws:secretsmanager:us-east-1:123456789012:secret:rds!db-[0-9a-f-]{36}-[A-Za-z0-9]{6}/#.wholeMatch(in: arn)
                != nil)
        #expect(secret.owningService == "rds")
        #expect(
            secret.tags == [
                Tag(key: "aws:rds:primaryDBInstanceArn", value: "arn:aws:rds:us-east-1:123456789012:db:mydb")
            ])
        let text = try fixture.text(of: secret.current, in: secret)
        let value = try JSONDecoder().decode([String: String].self, from: Data(text.utf8))
        #expect(Set(value.keys) == ["username", "password"])
        #expect(value["username"] == "root_user")
        let instance = String(decoding: try JSONEncoder().encode(try fixture.stored()), as: UTF8.self)
        #expect(!instance.contains(try #require(value["password"])))
    }

    @Test func aPasswordIsNeverStored() async throws {
        let fixture = try Fixture()
        try await fixture.create()
        let stored = String(decoding: try JSONEncoder().encode(try fixture.stored()), as: UTF8.self)
        #expect(!stored.contains(Fixture.password))
        #expect(fixture.store.list(Secret.self).isEmpty)
    }

    @Test func identifiersAreStoredInLowerCaseAndKeptApartByRegion() async throws {
        let fixture = try Fixture()
        #expect(try await fixture.create("MyDB")["DBInstance.DBInstanceIdentifier"]?.text == "mydb")
        try await fixture.create("mydb", region: "eu-west-1")
        #expect(fixture.store.list(DBInstance.self).count == 2)
        await fixture.refuses(
            "CreateDBInstance", Fixture.minimal, code: "DBInstanceAlreadyExists", saying: "DB instance already exists")
    }

    @Test func theQuotaHolds() async throws {
        let fixture = try Fixture(quota: 2)
        try await fixture.create("a")
        try await fixture.create("b")
        await fixture.refuses("CreateDBInstance", Fixture.minimal, code: "InstanceQuotaExceeded", saying: "more than 2")
        try await fixture.create("c", region: "eu-west-1")
    }

    @Test func aSubnetGroupDecidesZoneAndReach() async throws {
        let fixture = try Fixture()
        let subnets = fixture.network.subnets
        try await fixture.rds(
            "CreateDBSubnetGroup",
            [
                "DBSubnetGroupName": "Mine", "DBSubnetGroupDescription": "d",
                "SubnetIds.SubnetIdentifier.1": subnets[0].id, "SubnetIds.SubnetIdentifier.2": subnets[1].id,
            ])
        let answer = try await fixture.create("mydb", ["DBSubnetGroupName": "MINE"])
        #expect(answer["DBInstance.DBSubnetGroup.DBSubnetGroupName"]?.text == "mine")
        #expect(answer["DBInstance.PubliclyAccessible"]?.text == "false")
        #expect(["us-east-1a", "us-east-1b"].contains(answer["DBInstance.AvailabilityZone"]?.text))
        await fixture.refuses(
            "CreateDBInstance",
            Fixture.minimal.merging([
                "DBInstanceIdentifier": "other", "DBSubnetGroupName": "mine", "AvailabilityZone": "us-east-1c",
            ]) { $1 }, code: "InvalidVPCNetworkStateFault", saying: "us-east-1a, us-east-1b")
    }

    @Test func tagsAreKept() async throws {
        let fixture = try Fixture()
        let answer = try await fixture.create(
            "mydb", ["Tags.Tag.1.Key": "env", "Tags.Tag.1.Value": "a b:c", "Tags.Tag.2.Key": "x"])
        let tags = answer.all("DBInstance.TagList").map { [$0["Key"]?.text, $0["Value"]?.text] }
        #expect(tags == [["env", "a b:c"], ["x", ""]])
    }

    @Test func theDefaultGroupsMayBeNamed() async throws {
        let fixture = try Fixture()
        let answer = try await fixture.create(
            "mydb",
            [
                "EngineVersion": "15", "DBParameterGroupName": "default.postgres15", "OptionGroupName": "default:postgres-15",
                "LicenseModel": "postgresql-license", "VpcSecurityGroupIds.VpcSecurityGroupId.1": fixture.network.securityGroupID,
            ])
        #expect(answer["DBInstance.DBParameterGroups.DBParameterGroup.DBParameterGroupName"]?.text == "default.postgres15")
        #expect(answer["DBInstance.OptionGroupMemberships.OptionGroupMembership.OptionGroupName"]?.text == "default:postgres-15")
    }

    /// Every rule by which a request can fail; each leaves the store as it was.
    static let refusals: [(more: [String: String], code: String, status: Int, fragment: String)] = [
        (["DBInstanceIdentifier": ""], "MissingParameter", 400, "DBInstanceIdentifier"),
        (["DBInstanceIdentifier": "1db"], "InvalidParameterValue", 400, "DBInstanceIdentifier"),
        (["DBInstanceClass": ""], "MissingParameter", 400, "DBInstanceClass"),
        (["DBInstanceClass": "db.foo"], "InvalidParameterValue", 400, "Invalid DB Instance class: db.foo"),
        (["Engine": ""], "MissingParameter", 400, "Engine"),
        (["Engine": "oracle-ee"], "InvalidParameterValue", 400, "Engine"),
        (["Engine": "foo"], "InvalidParameterValue", 400, "Invalid DB engine"),
        (["Engine": "mariadb"], "InvalidParameterCombination", 400, "not installed"),
        (["EngineVersion": "99"], "InvalidParameterCombination", 400, "Cannot find version 99 for postgres"),
        (["AllocatedStorage": ""], "InvalidParameterValue", 400, "AllocatedStorage must be provided"),
        (["AllocatedStorage": "5"], "InvalidParameterCombination", 400, "Invalid storage size"),
        (["AllocatedStorage": "big"], "InvalidParameterValue", 400, "AllocatedStorage must be an integer"),
        (
            ["Iops": "1000"], "InvalidParameterCombination", 400,
            "Invalid storage size for engine name postgres and storage type io1"
        ),
        (["MaxAllocatedStorage": "20"], "InvalidParameterCombination", 400, "MaxAllocatedStorage"),
        (["StorageType": "tape"], "InvalidParameterValue", 400, "StorageType"),
        (["MasterUsername": ""], "InvalidParameterValue", 400, "MasterUsername must be provided"),
        (["MasterUsername": "admin"], "InvalidParameterValue", 400, "reserved word used by the engine"),
        (["MasterUserPassword": ""], "InvalidParameterValue", 400, "MasterUserPassword must be provided"),
        (["MasterUserPassword": "short"], "InvalidParameterValue", 400, "because it is shorter than 8 characters."),
        (["ManageMasterUserPassword": "true"], "InvalidParameterCombination", 400, "MasterUserPassword"),
        (["DBName": "1st"], "InvalidParameterValue", 400, "DBName"),
        (["DBName": "rdsadmin"], "InvalidParameterValue", 400, "DBName"),
        (["Port": "80"], "InvalidParameterValue", 400, "Port"),
        (["BackupRetentionPeriod": "36"], "InvalidParameterValue", 400, "BackupRetentionPeriod"),
        (["PreferredBackupWindow": "noon"], "InvalidParameterValue", 400, "PreferredBackupWindow"),
        (["PreferredMaintenanceWindow": "sunday"], "InvalidParameterValue", 400, "PreferredMaintenanceWindow"),
        (
            ["PreferredBackupWindow": "03:00-04:00", "PreferredMaintenanceWindow": "mon:03:30-mon:04:30"],
            "InvalidParameterValue", 400, "The backup window and maintenance window must not overlap."
        ),
        (["AvailabilityZone": "us-east-1x"], "InvalidParameterValue", 400, "AvailabilityZone"),
        (["DBSubnetGroupName": "none"], "DBSubnetGroupNotFoundFault", 404, "none"),
        (
            ["VpcSecurityGroupIds.VpcSecurityGroupId.1": "sg-1"], "InvalidParameterValue", 400,
            "Invalid security group , groupId= sg-1"
        ),
        (["DBParameterGroupName": "mine"], "DBParameterGroupNotFound", 404, "not found: mine"),
        (["OptionGroupName": "mine"], "OptionGroupNotFoundFault", 404, "OptionGroupName"),
        (["LicenseModel": "bring-your-own-license"], "InvalidParameterCombination", 400, "LicenseModel"),
        (["PerformanceInsightsRetentionPeriod": "7"], "InvalidParameterCombination", 400, "EnablePerformanceInsights"),
        (
            ["EnablePerformanceInsights": "true", "PerformanceInsightsRetentionPeriod": "8"], "InvalidParameterValue", 400,
            "PerformanceInsightsRetentionPeriod"
        ),
        (["MultiAZ": "true"], "InvalidParameterCombination", 400, "MultiAZ"),
        (["KmsKeyId": "alias/aws/rds"], "InvalidParameterCombination", 400, "StorageEncrypted"),
        (["MonitoringInterval": "60"], "InvalidParameterCombination", 400, "MonitoringInterval"),
        (["CACertificateIdentifier": "rds-ca-2019"], "CertificateNotFound", 404, "rds-ca-2019"),
        (["DeletionProtection": "maybe"], "InvalidParameterValue", 400, "DeletionProtection must be true or false"),
        (["Tags.Tag.1.Key": "aws:x"], "InvalidParameterValue", 400, "reserved"),
        (["Tags.Tag.1.Value": "x"], "InvalidParameterValue", 400, "without a Key"),
        (["Bogus": "1"], "ValidationError", 400, "Bogus"),
    ]

    @Test(arguments: refusals.indices)
    func refusesAndChangesNothing(index: Int) async throws {
        let (more, code, status, fragment) = Self.refusals[index]
        let fixture = try Fixture()
        await fixture.refuses(
            "CreateDBInstance", Fixture.minimal.merging(more) { $1 }, code: code, status: status, saying: fragment)
        #expect(fixture.store.list(DBInstance.self).isEmpty)
        #expect(fixture.store.list(Secret.self).isEmpty)
    }
}
