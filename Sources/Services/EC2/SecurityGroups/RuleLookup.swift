internal import AWSWire
internal import Resources

/// Rules by id.
enum RuleLookup {
    static func checkForm(_ id: String) throws {
        guard EC2ID.isWellFormed(id, "sgr") else {
            throw Fault("InvalidSecurityGroupRuleId.Malformed", "Invalid id: \"\(id.prefix(64))\" (expecting \"sgr-...\")")
        }
    }

    /// Where a rule is among a group's.
    static func index(_ id: String, in group: SecurityGroup, _ direction: SecurityGroupRule.Direction? = nil) throws -> Int {
        try checkForm(id)
        guard let index = group.rules.firstIndex(where: { $0.id == id && (direction == nil || $0.direction == direction) }) else {
            throw EC2Fault.ruleNotFound(id)
        }
        return index
    }
}
