internal import AWSWire

/// Always none: endpoints are loopback addresses of this machine. Terraform asks before it deletes a security group.
enum DescribeNetworkInterfaces: Operation {
    static let action = "DescribeNetworkInterfaces"
    static let note = "There are none: endpoints are loopback addresses of this machine."
    static let parameters: [ParameterRule] =
        [
            .works("Filter"), .works("NetworkInterfaceId"),
            .works("IncludeManagedResources", "Changes nothing: there are none of either kind."), .dryRun,
        ] + ParameterRule.ec2Paging

    static func run(_ request: Request) async throws -> Answer {
        _ = try request.boolean("IncludeManagedResources")
        if let id = try request.strings("NetworkInterfaceId")?.first {
            throw Fault("InvalidNetworkInterfaceID.NotFound", "The networkInterface ID '\(id.prefix(64))' does not exist")
        }
        let page = try request.ec2Page([String]())
        return .xml([.element("networkInterfaceSet", [])] + page.token)
    }
}
