import AWSWire
import Resources
import Testing

@testable import Services

@Suite struct GroupTests {
    @Test func theDefaultGroupIsThereBeforeAnybodyAskedForIt() async throws {
        let fixture = try Fixture()
        let group = try #require(try await fixture.ec2("DescribeSecurityGroups").all("securityGroupInfo").first)
        #expect(group["groupName"]?.text == "default")
        #expect(group["groupId"]?.text == fixture.network.securityGroupID)
        #expect(group["vpcId"]?.text == fixture.network.vpcID)
        let ingress = group.all("ipPermissions")
        #expect(ingress.count == 1, "one protocol and port range, one permission")
        #expect(ingress[0]["ipProtocol"]?.text == "-1")
        #expect(ingress[0]["fromPort"] == nil)
        #expect(ingress[0].all("groups").map { $0["groupId"]?.text } == [fixture.network.securityGroupID])
        #expect(ingress[0].all("ipRanges").map { $0["cidrIp"]?.text } == ["127.0.0.0/8"])
        #expect(ingress[0].all("ipv6Ranges").map { $0["cidrIpv6"]?.text } == ["::1/128"])
        #expect(group.all("ipPermissionsEgress").first?.all("ipRanges").map { $0["cidrIp"]?.text } == ["0.0.0.0/0"])
        #expect(fixture.store.list(SecurityGroup.self).isEmpty, "looking stores nothing")
    }

    @Test func theRuleAboutLoopbackCanBeRemoved() async throws {
        let fixture = try Fixture()
        let id = fixture.network.securityGroupID
        let loopback = try #require(
            DefaultSecurityGroup.group(account: Fixture.account, region: "us-east-1").rules
                .first { $0.terms.peer == .ipv4("127.0.0.0/8") })
        let answer = try await fixture.ec2(
            "RevokeSecurityGroupIngress", ["GroupId": id, "SecurityGroupRuleId.1": loopback.id])
        #expect(answer["return"]?.text == "true")
        #expect(answer.all("revokedSecurityGroupRuleSet").map { $0["securityGroupRuleId"]?.text } == [loopback.id])
        let stored = try fixture.storedGroup(id)
        #expect(stored.rules.count == 3)
        #expect(try await fixture.ec2("DescribeSecurityGroups").all("securityGroupInfo").count == 1)
        await fixture.refuses(
            "DeleteSecurityGroup", ["GroupId": id], code: "CannotDelete", saying: "cannot be deleted by a user", service: .ec2)
    }

    @Test func aNewGroupAdmitsNobodyAndLetsEverythingOut() async throws {
        let fixture = try Fixture()
        let answer = try await fixture.ec2(
            "CreateSecurityGroup",
            [
                "GroupName": "Cruddur DB", "GroupDescription": "the database", "VpcId": fixture.network.vpcID,
                "TagSpecification.1.ResourceType": "security-group", "TagSpecification.1.Tag.1.Key": "App",
                "TagSpecification.1.Tag.1.Value": "cruddur",
            ])
        let id = try #require(answer["groupId"]?.text)
        #expect(id.wholeMatch(of: #/sg-[0-9a-f]{17}/#) != nil)
        #expect(answer["securityGroupArn"]?.text == "arn:aws:ec2:us-east-1:123456789012:security-group/\(id)")
        #expect(answer.all("tagSet").map { $0["key"]?.text } == ["App"])
        let group = try fixture.storedGroup(id)
        #expect(group.groupName == "Cruddur DB" && group.name == "cruddur db")
        #expect(group.rules(.ingress).isEmpty)
        #expect(group.rules(.egress).map(\.terms.peer) == [.ipv4("0.0.0.0/0")])
    }

    @Test(arguments: [
        (["GroupName": "sg-fun"], "InvalidParameterValue", "may not be in the format sg-*"),
        (["GroupName": "DEFAULT"], "InvalidParameterValue", "Cannot use reserved security group name"),
        (["GroupName": "a^b"], "InvalidParameterValue", "GroupName"),
        (["GroupName": String(repeating: "a", count: 256)], "InvalidParameterValue", "GroupName"),
        (["GroupDescription": "naïve"], "InvalidParameterValue", "GroupDescription"),
        (["GroupName": ""], "MissingParameter", "GroupName"), (["GroupDescription": ""], "MissingParameter", "GroupDescription"),
        (["VpcId": "vpc-0123456789abcdef0"], "InvalidVpcID.NotFound", "vpc-0123456789abcdef0"),
        (["GroupName": "Taken"], "InvalidGroup.Duplicate", "already exists for VPC"),
        (
            ["TagSpecification.1.ResourceType": "instance", "TagSpecification.1.Tag.1.Key": "a"], "InvalidParameterValue",
            "not a valid taggable resource type"
        ),
        (
            ["TagSpecification.1.ResourceType": "security-group", "TagSpecification.1.Tag.1.Key": "aws:a"],
            "InvalidParameterValue", "reserved"
        ),
        (["DryRun": "true"], "DryRunOperation", "would have succeeded"),
    ])
    func creationsRefused(change: [String: String], code: String, text: String) async throws {
        let fixture = try Fixture()
        _ = try await fixture.group("taken")
        let query = ["GroupName": "db", "GroupDescription": "x"].merging(change) { $1 }
        await fixture.refuses(
            "CreateSecurityGroup", query, code: code, status: code == "DryRunOperation" ? 412 : 400, saying: text, service: .ec2)
    }

    @Test func aGroupInUseStays() async throws {
        let fixture = try Fixture()
        let used = try await fixture.group("used")
        let named = try await fixture.group("named")
        let free = try await fixture.group("free")
        try await fixture.create("mydb", ["VpcSecurityGroupIds.VpcSecurityGroupId.1": used])
        _ = try await fixture.ec2(
            "AuthorizeSecurityGroupIngress",
            [
                "GroupId": used, "IpPermissions.1.IpProtocol": "tcp", "IpPermissions.1.FromPort": "5432",
                "IpPermissions.1.ToPort": "5432", "IpPermissions.1.Groups.1.GroupId": named,
            ])
        for (id, why) in [(used, "mydb"), (named, used)] {
            await fixture.refuses(
                "DeleteSecurityGroup", ["GroupId": id], code: "DependencyViolation", saying: why, service: .ec2)
        }
        try await fixture.store.write { tx in
            try tx.insert(SecurityGroupMember(region: "us-east-1", groupID: free, address: "192.0.2.1"))
        }
        let answer = try await fixture.ec2("DeleteSecurityGroup", ["GroupName": "FREE"])
        #expect(answer["return"]?.text == "true" && answer["groupId"]?.text == free)
        #expect(fixture.store.list(SecurityGroupMember.self).isEmpty, "its registered addresses go with it")
        await fixture.refuses(
            "DeleteSecurityGroup", ["GroupId": free], code: "InvalidGroup.NotFound", saying: free, service: .ec2)
    }

    @Test(arguments: [
        (["GroupId": "sg-xyz"], "InvalidGroupId.Malformed", "expecting"),
        (["GroupId": "vpc-1"], "InvalidGroupId.Malformed", "vpc-1"),
        (["GroupId": "sg-0123456789abcdef0"], "InvalidGroup.NotFound", "sg-0123456789abcdef0"),
        (["GroupName": "nobody"], "InvalidGroup.NotFound", "in default VPC"), ([:], "MissingParameter", "groupName or groupId"),
    ])
    func groupsThatAreNotThere(query: [String: String], code: String, text: String) async throws {
        let fixture = try Fixture()
        for action in ["DeleteSecurityGroup", "AuthorizeSecurityGroupIngress", "RevokeSecurityGroupIngress"] {
            let full = action.hasPrefix("Delete") ? query : query.merging(Fixture.tcp("10.0.0.0/8")) { $1 }
            await fixture.refuses(action, full, code: code, saying: text, service: .ec2)
        }
    }

    @Test(arguments: [
        ("group-name", "db", 1), ("group-name", "d*", 2), ("vpc-id", "vpc-1", 0), ("description", "who*", 1),
        ("ip-permission.cidr", "10.1.0.0/16", 1), ("ip-permission.from-port", "5432", 1), ("ip-permission.to-port", "1", 0),
        ("ip-permission.protocol", "tcp", 1), ("ip-permission.protocol", "-1", 1), ("ip-permission.group-name", "default", 1),
        ("ip-permission.ipv6-cidr", "::1/128", 1), ("ip-permission.user-id", "123456789012", 1),
        ("ip-permission.prefix-list-id", "*", 0), ("egress.ip-permission.cidr", "0.0.0.0/0", 2),
        ("egress.ip-permission.ipv6-cidr", "*", 0), ("tag:App", "cruddur", 1), ("tag:App", "other", 0), ("tag-key", "A*", 1),
        ("owner-id", "123456789012", 2),
    ])
    func filters(name: String, value: String, count: Int) async throws {
        let fixture = try Fixture()
        let id = try await fixture.group(
            "db",
            [
                "TagSpecification.1.ResourceType": "security-group", "TagSpecification.1.Tag.1.Key": "App",
                "TagSpecification.1.Tag.1.Value": "cruddur",
            ])
        try await fixture.admit("10.1.0.0/16", to: id)
        let answer = try await fixture.ec2("DescribeSecurityGroups", ["Filter.1.Name": name, "Filter.1.Value.1": value])
        #expect(answer.all("securityGroupInfo").count == count)
    }

    @Test func pagesNeitherRepeatNorHide() async throws {
        let fixture = try Fixture()
        for number in 0..<12 { _ = try await fixture.group("g\(number)") }
        var seen: [String] = []
        var token: String?
        repeat {
            let query = ["MaxResults": "5"].merging(token.map { ["NextToken": $0] } ?? [:]) { $1 }
            let page = try await fixture.ec2("DescribeSecurityGroups", query)
            seen += page.all("securityGroupInfo").compactMap { $0["groupId"]?.text }
            token = page["nextToken"]?.text
        } while token != nil
        #expect(seen.count == 13 && Set(seen).count == 13)
    }

    @Test func aRegionsGroupsAreItsOwn() async throws {
        let fixture = try Fixture()
        let id = try await fixture.group()
        #expect(try await fixture.ec2("DescribeSecurityGroups", region: "eu-west-1").all("securityGroupInfo").count == 1)
        await #expect(throws: EC2Fault.groupNotFound(id)) {
            _ = try await fixture.ec2("DescribeSecurityGroups", ["GroupId.1": id], region: "eu-west-1")
        }
    }
}
