internal import AWSWire
internal import Resources

/// Rules for single numbers and names.
enum Limits {
    /// - Parameter among: the ports at which endpoints are reached; nil for any.
    static func port(_ number: Int, parameter: String, among ports: Set<Int>? = nil) throws -> Int {
        guard (1150...65535).contains(number) else {
            throw Fault.invalidParameterValue(
                "The parameter \(parameter) is not a valid port: \(number). It must be between 1150 and 65535.")
        }
        if let ports, !ports.contains(number) {
            throw Fault.invalidParameterValue(
                "The parameter \(parameter) is not a port at which endpoints are reached here: \(number). "
                    + "serve --gateway-listen has "
                    + "\(ports.sorted().map(String.init).joined(separator: ", ")).")
        }
        return number
    }

    static func instanceClass(_ name: String) throws -> String {
        guard DBInstanceClass(named: name) != nil else {
            throw Fault.invalidParameterValue("Invalid DB Instance class: \(name.prefix(64))")
        }
        return name
    }

    static func retention(_ days: Int) throws -> Int {
        guard (0...35).contains(days) else {
            throw Fault.invalidParameterValue(
                "Invalid backup retention period: \(days). The parameter BackupRetentionPeriod must be between 0 and 35.")
        }
        return days
    }

    /// Days: a week, whole months of 31 days up to 23 of them, or two years.
    static func performanceInsightsRetention(_ days: Int) throws -> Int {
        guard days == 7 || days == 731 || days % 31 == 0 && (1...23).contains(days / 31) else {
            throw Fault.invalidParameterValue(
                "The parameter PerformanceInsightsRetentionPeriod is not valid: \(days). "
                    + "It must be 7, a multiple of 31 up to 713, or 731.")
        }
        return days
    }

    static func availabilityZone(_ zone: String, region: String) throws -> String {
        let zones = Region.zones(of: region)
        guard zones.contains(zone) else {
            throw Fault.invalidParameterValue(
                "The parameter AvailabilityZone is not valid: \(zone.prefix(64)). "
                    + "The zones of \(region) are \(zones.joined(separator: ", ")).")
        }
        return zone
    }

    /// Groups of one instance (Amazon VPC quotas, security groups per network interface).
    static let securityGroupLimit = 5

    /// Groups that exist in the region, each once; the default group when none is named.
    static func securityGroups(_ identifiers: [String], _ network: DefaultVPC, existing: [SecurityGroup]) throws -> [String] {
        var unique: [String] = []
        for identifier in identifiers {
            guard existing.contains(where: { $0.groupID == identifier }) else {
                throw Fault.invalidParameterValue("Invalid security group , groupId= \(identifier.prefix(64)), groupName=.")
            }
            if !unique.contains(identifier) { unique.append(identifier) }
        }
        guard unique.count <= securityGroupLimit else {
            throw Fault.invalidParameterValue("A DB instance cannot have more than \(securityGroupLimit) VpcSecurityGroupIds.")
        }
        return unique.isEmpty ? [network.securityGroupID] : unique
    }
}
