/// AWS regions by name. One server serves them all and keeps their resources apart.
public enum Region {
    /// Owner of what belongs to the installation rather than to a region.
    public static let global = "global"

    /// Every AWS region name of the standard, China and GovCloud partitions (botocore's endpoints.json).
    public static let names: [String] = [
        "af-south-1", "ap-east-1", "ap-east-2", "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1",
        "ap-south-2", "ap-southeast-1", "ap-southeast-2", "ap-southeast-3", "ap-southeast-4", "ap-southeast-5",
        "ap-southeast-6", "ap-southeast-7", "ca-central-1", "ca-west-1", "cn-north-1", "cn-northwest-1",
        "eu-central-1", "eu-central-2", "eu-north-1", "eu-south-1", "eu-south-2", "eu-west-1", "eu-west-2",
        "eu-west-3", "il-central-1", "me-central-1", "me-south-1", "mx-central-1", "sa-east-1", "us-east-1",
        "us-east-2", "us-gov-east-1", "us-gov-west-1", "us-west-1", "us-west-2",
    ]

    /// The three zones of a region: `REGIONa`, `REGIONb`, `REGIONc`.
    public static func zones(of region: String) -> [String] {
        ["a", "b", "c"].map { region + $0 }
    }

    /// `aws`, `aws-cn` or `aws-us-gov`.
    public static func partition(of region: String) -> String {
        if region.hasPrefix("cn-") { return "aws-cn" }
        if region.hasPrefix("us-gov-") { return "aws-us-gov" }
        return "aws"
    }
}
