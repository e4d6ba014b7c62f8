internal import AWSWire

/// One attribute of the default VPC. Names of endpoints resolve, hence DNS is supported.
enum DescribeVpcAttribute: Operation {
    static let action = "DescribeVpcAttribute"
    static let parameters: [ParameterRule] = [.works("Attribute"), .works("VpcId"), .dryRun]

    private static let attributes = [
        "enableDnsSupport": true, "enableDnsHostnames": true, "enableNetworkAddressUsageMetrics": false,
    ]

    static func run(_ request: Request) async throws -> Answer {
        let id = try request.required("VpcId")
        let attribute = try request.required("Attribute")
        guard id == request.network.vpcID else { throw DescribeVpcs.notFound(id) }
        guard let value = attributes[attribute] else {
            throw Fault.invalidParameterValue(
                "Value (\(attribute.prefix(64))) for parameter attribute is invalid. Unknown attribute.")
        }
        return .xml([.text("vpcId", id), .element(attribute, [.text("value", value)])])
    }
}
