import AWSWire
import Foundation
import Resources
import Testing

@testable import Services

@Suite struct EC2Tests {
    @Test func theNetworkIsTheSameEveryTimeAndAnotherElsewhere() {
        let here = DefaultVPC(account: "123456789012", region: "us-east-1")
        #expect(here == DefaultVPC(account: "123456789012", region: "us-east-1"))
        #expect(here.vpcID != DefaultVPC(account: "123456789012", region: "us-east-2").vpcID)
        #expect(here.vpcID != DefaultVPC(account: "999999999999", region: "us-east-1").vpcID)
        #expect(here.vpcID.wholeMatch(of: #/vpc-[0-9a-f]{17}/#) != nil)
        #expect(here.securityGroupID.wholeMatch(of: #/sg-[0-9a-f]{17}/#) != nil)
        #expect(here.subnets.map(\.cidrBlock) == ["172.31.0.0/20", "172.31.16.0/20", "172.31.32.0/20"])
        #expect(here.subnets.map(\.zoneID) == ["use1-az1", "use1-az2", "use1-az3"])
        #expect(Set(here.subnets.map(\.id)).count == 3)
    }

    private func filter(_ name: String, _ values: String...) -> [String: String] {
        var query = ["Filter.1.Name": name]
        for (index, value) in values.enumerated() { query["Filter.1.Value.\(index + 1)"] = value }
        return query
    }

    @Test(arguments: [
        ("DescribeVpcs", "vpcSet", "isDefault", "true", 1), ("DescribeVpcs", "vpcSet", "is-default", "false", 0),
        ("DescribeVpcs", "vpcSet", "state", "avail*", 1), ("DescribeVpcs", "vpcSet", "tag:Name", "main", 0),
        ("DescribeSubnets", "subnetSet", "default-for-az", "true", 3),
        ("DescribeSubnets", "subnetSet", "availability-zone", "us-east-1b", 1),
        ("DescribeSubnets", "subnetSet", "vpc-id", "vpc-1", 0),
        ("DescribeSubnets", "subnetSet", "cidr-block", "172.31.?.0/20", 1),
        ("DescribeSecurityGroups", "securityGroupInfo", "group-name", "default", 1),
        ("DescribeSecurityGroups", "securityGroupInfo", "ip-permission.cidr", "0.0.0.0/0", 0),
        ("DescribeRegions", "regionInfo", "region-name", "eu-*", 8),
        ("DescribeAvailabilityZones", "availabilityZoneInfo", "zone-type", "availability-zone", 3),
        ("DescribeAvailabilityZones", "availabilityZoneInfo", "zone-name", "us-east-1c", 1),
    ])
    func filters(action: String, set: String, name: String, value: String, count: Int) async throws {
        #expect(try await Fixture().ec2(action, filter(name, value)).all(set).count == count)
    }

    @Test(arguments: [
        "DescribeVpcs", "DescribeSubnets", "DescribeSecurityGroups", "DescribeRegions", "DescribeAvailabilityZones",
    ])
    func unknownFiltersAreRefused(action: String) async throws {
        let fixture = try Fixture()
        await fixture.refuses(
            action, filter("colour", "red"), code: "InvalidParameterValue", saying: "The filter 'colour' is invalid",
            service: .ec2)
        let two = filter("region-name", "none").merging(["Filter.2.Name": "colour", "Filter.2.Value.1": "red"]) { $1 }
        await fixture.refuses(action, two, code: "InvalidParameterValue", saying: "is invalid", service: .ec2)
    }

    @Test(arguments: [
        ("DescribeVpcs", ["VpcId.1": "vpc-0"], "InvalidVpcID.NotFound", "vpc-0"),
        ("DescribeSubnets", ["SubnetId.1": "subnet-0"], "InvalidSubnetID.NotFound", "subnet-0"),
        ("DescribeSecurityGroups", ["GroupId.1": "sg-0"], "InvalidGroupId.Malformed", "sg-0"),
        ("DescribeSecurityGroups", ["GroupName.1": "web"], "InvalidGroup.NotFound", "web"),
        ("DescribeRegions", ["RegionName.1": "moon-1"], "InvalidParameterValue", "moon-1"),
        ("DescribeAvailabilityZones", ["ZoneName.1": "moon-1a"], "InvalidParameterValue", "moon-1a"),
        ("DescribeVpcAttribute", ["VpcId": "vpc-0", "Attribute": "enableDnsSupport"], "InvalidVpcID.NotFound", "vpc-0"),
        ("DescribeVpcAttribute", ["Attribute": "enableDnsSupport"], "MissingParameter", "VpcId"),
        ("DescribeVpcs", ["MaxResults": "4"], "InvalidParameterValue", "maxResults"),
        ("DescribeVpcs", ["NextToken": "x"], "InvalidNextToken", "token"),
    ])
    func refusals(action: String, query: [String: String], code: String, text: String) async throws {
        await (try Fixture()).refuses(action, query, code: code, saying: text, service: .ec2)
    }

    @Test func dryRunsAreDry() async throws {
        await (try Fixture()).refuses(
            "DescribeVpcs", ["DryRun": "true"], code: "DryRunOperation", status: 412, saying: "Request would have succeeded",
            service: .ec2)
    }

    @Test func whatTerraformAsksOfTheDefaultVPC() async throws {
        let fixture = try Fixture()
        let vpc = try #require(try await fixture.ec2("DescribeVpcs", filter("isDefault", "true")).all("vpcSet").first)
        let id = try #require(vpc["vpcId"]?.text)
        #expect(vpc["cidrBlock"]?.text == "172.31.0.0/16")
        for (attribute, value) in [
            ("enableDnsSupport", "true"), ("enableDnsHostnames", "true"), ("enableNetworkAddressUsageMetrics", "false"),
        ] {
            let answer = try await fixture.ec2("DescribeVpcAttribute", ["VpcId": id, "Attribute": attribute])
            #expect(answer["\(attribute).value"]?.text == value)
        }
        #expect(try await fixture.ec2("DescribeSubnets", filter("vpc-id", id)).all("subnetSet").count == 3)
    }

    @Test func regionsAreThoseServed() async throws {
        let fixture = try Fixture(regions: ["eu-central-1", "eu-west-1", "cn-north-1"])
        let regions = try await fixture.ec2("DescribeRegions", region: "eu-west-1").all("regionInfo")
        #expect(regions.map { $0["regionName"]?.text } == ["eu-central-1", "eu-west-1"])
        let china = try await fixture.ec2("DescribeRegions", region: "cn-north-1").all("regionInfo")
        #expect(china.map { $0["regionEndpoint"]?.text } == ["ec2.cn-north-1.amazonaws.com.cn"])
    }

    @Test(arguments: [
        ("abc", "abc", true), ("abc", "a*", true), ("abc", "*", true), ("", "*", true), ("abc", "a?c", true),
        ("abc", "a?", false),
        ("abc", "*b*", true), ("abc", "*d*", false), ("", "?", false), ("aaab", "*a*b", true),
    ])
    func wildcards(text: String, pattern: String, matches: Bool) {
        #expect(Wildcard.matches(text, pattern) == matches)
    }

    @Test func aWickedPatternTakesNoTime() {
        let began = ContinuousClock.now
        #expect(!Wildcard.matches(String(repeating: "a", count: 500), String(repeating: "a*", count: 250) + "b"))
        #expect(ContinuousClock.now - began < .seconds(60))
    }
}
