internal import Crypto
internal import Resources

/// The network of a region: one default VPC, a default subnet in each zone, one default security group.
///
/// Nothing of it is stored: identifiers are derived from account and region, so they are the same after every restart and on
/// every machine.
struct DefaultVPC: Sendable, Equatable {
    struct Subnet: Sendable, Equatable {
        var id: String
        var zone: String
        var zoneID: String
        var cidrBlock: String
    }

    static let cidrBlock = "172.31.0.0/16"
    static let securityGroupName = "default"
    static let subnetGroupName = "default"

    let account: String
    let region: String
    let vpcID: String
    let securityGroupID: String
    let subnets: [Subnet]

    init(account: String, region: String) {
        self.account = account
        self.region = region
        func id(_ prefix: String, _ what: String) -> String {
            let digest = SHA256.hash(data: Array("\(account)/\(region)/\(what)".utf8))
            return "\(prefix)-" + digest.flatMap { [$0 >> 4, $0 & 0xf] }.prefix(17).map { String($0, radix: 16) }.joined()
        }
        vpcID = id("vpc", "default")
        securityGroupID = id("sg", "default")
        subnets = Region.zones(of: region).enumerated().map { index, zone in
            Subnet(
                id: id("subnet", zone), zone: zone, zoneID: "\(Self.zoneIDPrefix(region))-az\(index + 1)",
                cidrBlock: "172.31.\(index * 16).0/20")
        }
    }

    func subnet(_ id: String) -> Subnet? { subnets.first { $0.id == id } }

    /// The DB subnet group `default`: always there, never stored.
    var defaultSubnetGroup: DBSubnetGroup {
        DBSubnetGroup(
            region: region, name: Self.subnetGroupName, description: "default", vpcID: vpcID,
            subnetIDs: subnets.map(\.id), tags: [])
    }

    /// `us-east-1` → `use1`, `ap-southeast-2` → `apse2`, as in AWS's zone ids.
    private static func zoneIDPrefix(_ region: String) -> String {
        let short = [
            "north": "n", "south": "s", "east": "e", "west": "w", "central": "c", "northeast": "ne", "northwest": "nw",
            "southeast": "se", "southwest": "sw", "gov": "g",
        ]
        return region.split(separator: "-").map { short[String($0)] ?? String($0) }.joined()
    }
}

extension Request {
    var network: DefaultVPC { DefaultVPC(account: context.account, region: region) }
}
