import AWSWire
import Resources
import Testing

@testable import Services

extension Fixture {
    /// A new group; its id.
    func group(_ name: String = "db", _ more: [String: String] = [:]) async throws -> String {
        let answer = try await ec2(
            "CreateSecurityGroup", ["GroupName": name, "GroupDescription": "who may use it"].merging(more) { $1 })
        return try #require(answer["groupId"]?.text)
    }

    /// Authorises TCP from a block; the rule's id.
    @discardableResult
    func admit(_ block: String, to group: String, port: Int = 5432, description: String? = nil) async throws -> String {
        var query = ["GroupId": group].merging(Self.tcp(block, port)) { $1 }
        if let description { query["IpPermissions.1.IpRanges.1.Description"] = description }
        let answer = try await ec2("AuthorizeSecurityGroupIngress", query)
        return try #require(answer.all("securityGroupRuleSet").first?["securityGroupRuleId"]?.text)
    }

    func storedGroup(_ id: String) throws -> SecurityGroup {
        try #require(store.get(SecurityGroup.self, region: "us-east-1", id: id))
    }

    static func tcp(_ block: String, _ port: Int = 5432) -> [String: String] {
        let list = block.contains(":") ? "Ipv6Ranges.1.CidrIpv6" : "IpRanges.1.CidrIp"
        return [
            "IpPermissions.1.IpProtocol": "tcp", "IpPermissions.1.FromPort": "\(port)", "IpPermissions.1.ToPort": "\(port)",
            "IpPermissions.1.\(list)": block,
        ]
    }
}
