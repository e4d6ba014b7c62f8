import AWSWire
import Resources
import Testing

@testable import Services

/// ModifySecurityGroupRules, descriptions and tags.
@Suite struct RuleChangeTests {
    private func modification(_ group: String, _ rule: String, _ change: [String: String]) -> [String: String] {
        var query = ["GroupId": group, "SecurityGroupRule.1.SecurityGroupRuleId": rule]
        for (name, value) in change { query["SecurityGroupRule.1.SecurityGroupRule.\(name)"] = value }
        return query
    }

    private let postgres = ["IpProtocol": "tcp", "FromPort": "5432", "ToPort": "5432"]

    @Test func theNotesModifyTheirRuleAtEveryStart() async throws {
        let fixture = try Fixture()
        let id = try await fixture.group()
        let rule = try await fixture.admit("203.0.113.1/32", to: id, description: "GITPOD")
        let change = postgres.merging(["CidrIpv4": "203.0.113.2/32", "Description": "GITPOD"]) { $1 }
        let answer = try await fixture.ec2("ModifySecurityGroupRules", modification(id, rule, change))
        #expect(answer.children == [XML(named: "return", "true")])
        let changed = try #require(try fixture.storedGroup(id).rules(.ingress).first)
        #expect(changed.id == rule && changed.terms.peer == .ipv4("203.0.113.2/32") && changed.description == "GITPOD")
    }

    @Test(arguments: [
        (["CidrIpv6": "::1/128"], "InvalidParameterValue", "cannot be changed"),
        (["CidrIpv4": "10.0.0.0/8", "CidrIpv6": "::1/128"], "InvalidParameterCombination", "Exactly one"),
        ([:], "InvalidParameterCombination", "Exactly one"),
        (["CidrIpv4": "here"], "InvalidParameterValue", "malformed"),
        (["CidrIpv4": "10.2.0.0/16"], "InvalidPermission.Duplicate", "peer: 10.2.0.0/16"),
        (["CidrIpv4": "10.0.0.0/8", "FromPort": "x"], "InvalidParameterValue", "FromPort"),
        (["CidrIpv4": "10.0.0.0/8", "IpProtocol": ""], "MissingParameter", "IpProtocol"),
        (["CidrIpv4": "10.0.0.0/8", "Colour": "red"], "UnknownParameter", "Colour"),
        (["PrefixListId": "pl-1"], "InvalidPrefixListID.NotFound", "pl-1"),
    ])
    func modificationsRefused(change: [String: String], code: String, text: String) async throws {
        let fixture = try Fixture()
        let id = try await fixture.group()
        let rule = try await fixture.admit("10.1.0.0/16", to: id)
        try await fixture.admit("10.2.0.0/16", to: id)
        await fixture.refuses(
            "ModifySecurityGroupRules", modification(id, rule, postgres.merging(change) { $1 }), code: code, saying: text,
            service: .ec2)
    }

    @Test func aRuleOfAnotherGroupIsNotFound() async throws {
        let fixture = try Fixture()
        let id = try await fixture.group("a")
        let other = try await fixture.group("b")
        let rule = try await fixture.admit("10.1.0.0/16", to: other)
        await fixture.refuses(
            "ModifySecurityGroupRules", modification(id, rule, postgres.merging(["CidrIpv4": "10.0.0.0/8"]) { $1 }),
            code: "InvalidSecurityGroupRuleId.NotFound", saying: rule, service: .ec2)
    }

    @Test func descriptionsChangeByPropertiesAndById() async throws {
        let fixture = try Fixture()
        let id = try await fixture.group()
        let rule = try await fixture.admit("10.1.0.0/16", to: id)
        var query = ["GroupId": id].merging(Fixture.tcp("10.1.0.0/16")) { $1 }
        query["IpPermissions.1.IpRanges.1.Description"] = "by terms"
        let answer = try await fixture.ec2("UpdateSecurityGroupRuleDescriptionsIngress", query)
        #expect(answer["return"]?.text == "true")
        #expect(try fixture.storedGroup(id).rules(.ingress).first?.description == "by terms")
        let byID = ["GroupId": id, "SecurityGroupRuleDescription.1.SecurityGroupRuleId": rule]
        _ = try await fixture.ec2("UpdateSecurityGroupRuleDescriptionsIngress", byID)
        #expect(try fixture.storedGroup(id).rules(.ingress).first?.description == nil, "left out, removed")
        await fixture.refuses(
            "UpdateSecurityGroupRuleDescriptionsEgress", byID, code: "InvalidSecurityGroupRuleId.NotFound", saying: rule,
            service: .ec2)
        await fixture.refuses(
            "UpdateSecurityGroupRuleDescriptionsIngress", ["GroupId": id].merging(Fixture.tcp("10.9.0.0/16")) { $1 },
            code: "InvalidPermission.NotFound", saying: "does not exist", service: .ec2)
        await fixture.refuses(
            "UpdateSecurityGroupRuleDescriptionsIngress", ["GroupId": id], code: "MissingParameter", saying: "ipPermissions",
            service: .ec2)
    }

    @Test func groupsAndRulesTakeTags() async throws {
        let fixture = try Fixture()
        let id = try await fixture.group()
        let rule = try await fixture.admit("10.1.0.0/16", to: id)
        let tags = ["Tag.1.Key": "App", "Tag.1.Value": "cruddur", "Tag.2.Key": "Empty", "Tag.2.Value": ""]
        _ = try await fixture.ec2("CreateTags", ["ResourceId.1": id, "ResourceId.2": rule].merging(tags) { $1 })
        let all = try await fixture.ec2("DescribeTags").all("tagSet")
        #expect(
            Set(all.map { "\($0["resourceType"]?.text ?? "") \($0["key"]?.text ?? "")=\($0["value"]?.text ?? "")" })
                == [
                    "security-group App=cruddur", "security-group Empty=", "security-group-rule App=cruddur",
                    "security-group-rule Empty=",
                ])
        for (name, value, count) in [
            ("resource-id", rule, 2), ("resource-type", "security-group", 2), ("key", "App", 2), ("value", "cruddur", 2),
            ("tag:App", "cruddur", 2), ("resource-type", "vpc", 0),
        ] {
            let some = try await fixture.ec2("DescribeTags", ["Filter.1.Name": name, "Filter.1.Value.1": value])
            #expect(some.all("tagSet").count == count, "\(name)=\(value)")
        }
        _ = try await fixture.ec2("DeleteTags", ["ResourceId.1": id, "Tag.1.Key": "App", "Tag.1.Value": "other"])
        #expect(try fixture.storedGroup(id).tags.count == 2, "another value, nothing removed")
        _ = try await fixture.ec2("DeleteTags", ["ResourceId.1": id, "Tag.1.Key": "App"])
        #expect(try fixture.storedGroup(id).tags.map(\.key) == ["Empty"])
        _ = try await fixture.ec2("DeleteTags", ["ResourceId.1": rule])
        #expect(try fixture.storedGroup(id).rules(.ingress).first?.tags == [])
    }

    @Test(arguments: [
        (["ResourceId.1": "vpc-1"], "InvalidID"), (["ResourceId.1": "sg-1"], "InvalidGroupId.Malformed"),
        (["ResourceId.1": "sg-0123456789abcdef0"], "InvalidGroup.NotFound"),
        (["ResourceId.1": "sgr-0123456789abcdef0"], "InvalidSecurityGroupRuleId.NotFound"), ([:], "MissingParameter"),
    ])
    func tagsRefused(resource: [String: String], code: String) async throws {
        let fixture = try Fixture()
        let query = resource.merging(["Tag.1.Key": "a"]) { $1 }
        await fixture.refuses("CreateTags", query, code: code, saying: "", service: .ec2)
        await fixture.refuses("DeleteTags", query, code: code, saying: "", service: .ec2)
    }

    @Test func fiftyTagsAndNoReservedOnes() async throws {
        let fixture = try Fixture()
        let id = try await fixture.group()
        for number in 0..<50 { _ = try await fixture.ec2("CreateTags", ["ResourceId.1": id, "Tag.1.Key": "k\(number)"]) }
        await fixture.refuses(
            "CreateTags", ["ResourceId.1": id, "Tag.1.Key": "more"], code: "TagLimitExceeded", saying: "50", service: .ec2)
        await fixture.refuses(
            "CreateTags", ["ResourceId.1": id, "Tag.1.Key": "AWS:x"], code: "InvalidParameterValue", saying: "reserved",
            service: .ec2)
    }
}

extension XML {
    init(named name: String, _ text: String) {
        self.init(name: name)
        self.text = text
    }
}
