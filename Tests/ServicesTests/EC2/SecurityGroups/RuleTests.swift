import AWSWire
import Resources
import Testing

@testable import Services

@Suite struct RuleTests {
    @Test func authorizedRulesAreAnsweredAndStored() async throws {
        let fixture = try Fixture()
        let id = try await fixture.group()
        let answer = try await fixture.ec2(
            "AuthorizeSecurityGroupIngress",
            [
                "GroupId": id, "IpPermissions.1.IpProtocol": "6", "IpPermissions.1.FromPort": "5432",
                "IpPermissions.1.ToPort": "5433", "IpPermissions.1.IpRanges.1.CidrIp": "203.0.113.77/24",
                "IpPermissions.1.IpRanges.1.Description": "office", "IpPermissions.1.Ipv6Ranges.1.CidrIpv6": "2001:DB8::1/32",
                "IpPermissions.1.Groups.1.GroupId": id, "IpPermissions.2.IpProtocol": "-1",
                "IpPermissions.2.IpRanges.1.CidrIp": "10.0.0.5/32", "TagSpecification.1.ResourceType": "security-group-rule",
                "TagSpecification.1.Tag.1.Key": "Who", "TagSpecification.1.Tag.1.Value": "ops",
            ])
        #expect(answer["return"]?.text == "true")
        let rules = answer.all("securityGroupRuleSet")
        #expect(
            rules.map { $0["cidrIpv4"]?.text ?? $0["cidrIpv6"]?.text ?? $0["referencedGroupInfo.groupId"]?.text }
                == ["203.0.113.0/24", "2001:db8::/32", id, "10.0.0.5/32"], "host bits are cleared, as EC2 does")
        #expect(rules.map { $0["ipProtocol"]?.text } == ["tcp", "tcp", "tcp", "-1"])
        #expect(rules.map { $0["fromPort"]?.text } == ["5432", "5432", "5432", "-1"])
        #expect(rules.allSatisfy { $0["isEgress"]?.text == "false" && $0["groupId"]?.text == id })
        #expect(rules[0]["description"]?.text == "office")
        #expect(rules[2]["referencedGroupInfo.vpcId"]?.text == fixture.network.vpcID)
        #expect(rules.allSatisfy { $0.all("tagSet").first?["value"]?.text == "ops" })
        #expect(rules.allSatisfy { $0["securityGroupRuleId"]?.text.wholeMatch(of: #/sgr-[0-9a-f]{17}/#) != nil })
        #expect(try fixture.storedGroup(id).rules(.ingress).count == 4)
        let shown = try await fixture.ec2("DescribeSecurityGroupRules", ["Filter.1.Name": "group-id", "Filter.1.Value.1": id])
        #expect(shown.all("securityGroupRuleSet").count == 5)
    }

    @Test func flatParametersMeanTheSame() async throws {
        let fixture = try Fixture()
        let id = try await fixture.group("db")
        let web = try await fixture.group("web")
        let flat = ["IpProtocol": "tcp", "FromPort": "3306", "ToPort": "3306", "CidrIp": "198.51.100.7/32"]
        _ = try await fixture.ec2("AuthorizeSecurityGroupIngress", ["GroupName": "DB"].merging(flat) { $1 })
        _ = try await fixture.ec2("AuthorizeSecurityGroupIngress", ["GroupId": id, "SourceSecurityGroupName": "web"])
        let rules = try fixture.storedGroup(id).rules(.ingress).map(\.terms)
        #expect(
            rules == [
                .init(ipProtocol: "tcp", fromPort: 3306, toPort: 3306, peer: .ipv4("198.51.100.7/32")),
                .init(ipProtocol: "-1", fromPort: -1, toPort: -1, peer: .group(web)),
            ])
        _ = try await fixture.ec2("RevokeSecurityGroupIngress", ["GroupId": id].merging(flat) { $1 })
        #expect(try fixture.storedGroup(id).rules(.ingress).count == 1)
    }

    @Test(arguments: [
        (["IpRanges.1.CidrIp": "10.0.0.0"], "InvalidParameterValue", "CIDR block 10.0.0.0 is malformed"),
        (["IpRanges.1.CidrIp": "10.0.0.0/33"], "InvalidParameterValue", "malformed"),
        (["IpRanges.1.CidrIp": "10.0.0/8"], "InvalidParameterValue", "malformed"),
        (["IpRanges.1.CidrIp": "::1/128"], "InvalidParameterValue", "malformed"),
        (["Ipv6Ranges.1.CidrIpv6": "10.0.0.0/8"], "InvalidParameterValue", "malformed"),
        (["Ipv6Ranges.1.CidrIpv6": "::/129"], "InvalidParameterValue", "malformed"),
        (["IpProtocol": "quic"], "InvalidParameterValue", "Unknown protocol"),
        (["IpProtocol": "256"], "InvalidParameterValue", "Unknown protocol"),
        (["IpProtocol": ""], "MissingParameter", "ipProtocol"),
        (["FromPort": ""], "InvalidParameterValue", "Must specify both from and to ports"),
        (["FromPort": "65536", "ToPort": "65536"], "InvalidParameterValue", "out of range"),
        (["FromPort": "-1", "ToPort": "-1"], "InvalidParameterValue", "out of range"),
        (["FromPort": "5433"], "InvalidParameterValue", "Invalid TCP/UDP port range"),
        (["FromPort": "five"], "InvalidParameterValue", "five"),
        (["PrefixListIds.1.PrefixListId": "pl-1"], "InvalidPrefixListID.NotFound", "pl-1"),
        (["Groups.1.GroupId": "sg-0123456789abcdef0"], "InvalidGroup.NotFound", "sg-0123456789abcdef0"),
        (["Groups.1.GroupId": "db"], "InvalidGroupId.Malformed", "db"),
        (["Groups.1.GroupName": "none"], "InvalidGroup.NotFound", "none"),
        (["Groups.1.UserId": "1", "Groups.1.GroupName": "db"], "InvalidGroup.NotFound", "db"),
        (["Groups.1.Description": "x"], "MissingParameter", "Source group ID missing"),
        (
            ["Groups.1.GroupName": "db", "Groups.1.VpcPeeringConnectionId": "pcx-1"], "InvalidVpcPeeringConnectionID.NotFound",
            "pcx-1"
        ),
        (["IpRanges.1.Description": "^"], "InvalidParameterValue", "Invalid rule description"),
        (["IpRanges.2.CidrIp": "10.9.8.7/8"], "InvalidParameterValue", "must not appear multiple times"),
        (["Colour": "red"], "UnknownParameter", "Colour"), (["IpRanges.1.Colour": "red"], "UnknownParameter", "Colour"),
    ])
    func permissionsRefused(change: [String: String], code: String, text: String) async throws {
        let fixture = try Fixture()
        let id = try await fixture.group()
        var query = ["GroupId": id].merging(Fixture.tcp("10.0.0.0/8")) { $1 }
        for (name, value) in change { query["IpPermissions.1.\(name)"] = value }
        await fixture.refuses("AuthorizeSecurityGroupIngress", query, code: code, saying: text, service: .ec2)
    }

    @Test func nothingToAuthorizeIsRefused() async throws {
        let fixture = try Fixture()
        let id = try await fixture.group()
        for (query, code) in [
            ([:], "MissingParameter"), (["IpProtocol": "tcp"], "MissingParameter"),
            (["CidrIp": "10.0.0.0/8", "SourceSecurityGroupName": "db"], "InvalidParameterCombination"),
        ] {
            await fixture.refuses(
                "AuthorizeSecurityGroupIngress", ["GroupId": id].merging(query) { $1 }, code: code, saying: "", service: .ec2)
        }
        await fixture.refuses(
            "AuthorizeSecurityGroupEgress", ["GroupId": id, "CidrIp": "10.0.0.0/8"], code: "UnsupportedOperation",
            saying: "IpPermissions", service: .ec2)
    }

    @Test func aRuleExistsOnceInEachDirection() async throws {
        let fixture = try Fixture()
        let id = try await fixture.group()
        try await fixture.admit("10.0.0.0/8", to: id)
        await fixture.refuses(
            "AuthorizeSecurityGroupIngress", ["GroupId": id].merging(Fixture.tcp("10.1.2.3/8")) { $1 },
            code: "InvalidPermission.Duplicate",
            saying: "the specified rule \"peer: 10.0.0.0/8, TCP, from port: 5432, to port: 5432, ALLOW\" already exists",
            service: .ec2)
        _ = try await fixture.ec2("AuthorizeSecurityGroupEgress", ["GroupId": id].merging(Fixture.tcp("10.0.0.0/8")) { $1 })
        #expect(try fixture.storedGroup(id).rules(.egress).count == 2)
    }

    @Test func sixtyRulesInEachDirection() async throws {
        let fixture = try Fixture()
        let id = try await fixture.group()
        for number in 0..<60 { try await fixture.admit("10.0.\(number).0/24", to: id) }
        await fixture.refuses(
            "AuthorizeSecurityGroupIngress", ["GroupId": id].merging(Fixture.tcp("10.0.60.0/24")) { $1 },
            code: "RulesPerSecurityGroupLimitExceeded", saying: "maximum number of rules", service: .ec2)
    }

    @Test func whatIsNotThereCannotBeRevoked() async throws {
        let fixture = try Fixture()
        let id = try await fixture.group()
        let rule = try await fixture.admit("10.0.0.0/8", to: id)
        var query = ["GroupId": id].merging(Fixture.tcp("10.0.0.0/8")) { $1 }
        query["IpPermissions.1.IpRanges.2.CidrIp"] = "10.1.0.0/16"
        let answer = try await fixture.ec2("RevokeSecurityGroupIngress", query)
        #expect(answer["return"]?.text == "true")
        #expect(answer.all("revokedSecurityGroupRuleSet").map { $0["securityGroupRuleId"]?.text } == [rule])
        let unknown = answer.all("unknownIpPermissionSet")
        #expect(unknown.map { $0.all("ipRanges").map { $0["cidrIp"]?.text } } == [["10.1.0.0/16"]])
        #expect(unknown.first?["fromPort"]?.text == "5432")
        for (wrong, code) in [
            (rule, "InvalidSecurityGroupRuleId.NotFound"), ("sgr-0123456789abcdef0", "InvalidSecurityGroupRuleId.NotFound"),
            ("sgr-!", "InvalidSecurityGroupRuleId.Malformed"),
        ] {
            await fixture.refuses(
                "RevokeSecurityGroupIngress", ["GroupId": id, "SecurityGroupRuleId.1": wrong], code: code, saying: wrong,
                service: .ec2)
        }
    }

    @Test func aRuleOfTheOtherDirectionIsNotRevoked() async throws {
        let fixture = try Fixture()
        let id = try await fixture.group()
        let rule = try await fixture.admit("10.0.0.0/8", to: id)
        await fixture.refuses(
            "RevokeSecurityGroupEgress", ["GroupId": id, "SecurityGroupRuleId.1": rule],
            code: "InvalidSecurityGroupRuleId.NotFound", saying: rule, service: .ec2)
        let out = try #require(try fixture.storedGroup(id).rules(.egress).first?.id)
        _ = try await fixture.ec2("RevokeSecurityGroupEgress", ["GroupId": id, "SecurityGroupRuleId.1": out])
        #expect(try fixture.storedGroup(id).rules(.egress).isEmpty)
    }

    @Test(arguments: [
        (["SecurityGroupRuleId.1": "sgr-1"], "InvalidSecurityGroupRuleId.Malformed"),
        (["SecurityGroupRuleId.1": "sgr-0123456789abcdef0"], "InvalidSecurityGroupRuleId.NotFound"),
        (["Filter.1.Name": "colour", "Filter.1.Value.1": "red"], "InvalidParameterValue"),
        (["MaxResults": "4"], "InvalidParameterValue"), (["NextToken": "x"], "InvalidNextToken"),
    ])
    func lookingForRulesThatAreNotThere(query: [String: String], code: String) async throws {
        await (try Fixture()).refuses("DescribeSecurityGroupRules", query, code: code, saying: "", service: .ec2)
    }
}
