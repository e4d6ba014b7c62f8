/// An Amazon Resource Name: `arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE`.
public struct ARN: Sendable, Equatable, CustomStringConvertible {
    public var partition: String
    public var service: String
    public var region: String
    public var account: String
    /// All after the fifth colon, e.g. `db:mydb`.
    public var resource: String

    public init(service: String, region: String, account: String, resource: String) {
        self.partition = Region.partition(of: region)
        self.service = service
        self.region = region
        self.account = account
        self.resource = resource
    }

    /// Nil unless `text` has all six parts.
    public init?(_ text: String) {
        let parts = text.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 6, parts[0] == "arn", !parts[5].isEmpty else { return nil }
        partition = parts[1]
        service = parts[2]
        region = parts[3]
        account = parts[4]
        resource = parts[5]
    }

    public var description: String { "arn:\(partition):\(service):\(region):\(account):\(resource)" }
}

extension ARN {
    public static func dbInstance(_ identifier: String, region: String, account: String) -> ARN {
        ARN(service: "rds", region: region, account: account, resource: "db:\(identifier)")
    }

    public static func dbSubnetGroup(_ name: String, region: String, account: String) -> ARN {
        ARN(service: "rds", region: region, account: account, resource: "subgrp:\(name)")
    }

    public static func dbParameterGroup(_ name: String, region: String, account: String) -> ARN {
        ARN(service: "rds", region: region, account: account, resource: "pg:\(name)")
    }

    public static func optionGroup(_ name: String, region: String, account: String) -> ARN {
        ARN(service: "rds", region: region, account: account, resource: "og:\(name)")
    }
}
