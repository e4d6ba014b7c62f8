internal import AWSWire

/// EC2's own faults ("Error codes for the Amazon EC2 API"); its model lists none.
enum EC2Fault {
    static func groupNotFound(_ id: String) -> Fault {
        Fault("InvalidGroup.NotFound", "The security group '\(id)' does not exist")
    }

    static func groupNotFound(named name: String, _ vpc: String) -> Fault {
        Fault("InvalidGroup.NotFound", "The security group '\(name)' does not exist in default VPC '\(vpc)'")
    }

    static func groupDuplicate(_ name: String, _ vpc: String) -> Fault {
        Fault("InvalidGroup.Duplicate", "The security group '\(name)' already exists for VPC '\(vpc)'")
    }

    static func groupCannotBeDeleted(_ id: String, _ name: String) -> Fault {
        Fault("CannotDelete", "the specified group: \"\(id)\" name: \"\(name)\" cannot be deleted by a user")
    }

    /// AWS says no more than the first sentence.
    static func dependency(_ id: String, _ on: String) -> Fault {
        Fault("DependencyViolation", "resource \(id) has a dependent object: \(on)")
    }

    static func groupLimit(_ limit: Int) -> Fault {
        Fault("SecurityGroupLimitExceeded", "The maximum number of security groups has been reached: \(limit) in each region.")
    }

    static func ruleLimit(_ limit: Int) -> Fault {
        Fault(
            "RulesPerSecurityGroupLimitExceeded",
            "The maximum number of rules per security group has been reached: \(limit) in each direction.")
    }

    static func ruleNotFound(_ id: String) -> Fault {
        Fault("InvalidSecurityGroupRuleId.NotFound", "The security group rule ID '\(id)' does not exist")
    }

    static func permissionDuplicate(_ terms: String) -> Fault {
        Fault("InvalidPermission.Duplicate", "the specified rule \"\(terms)\" already exists")
    }

    static let permissionNotFound = Fault(
        "InvalidPermission.NotFound", "The specified rule does not exist in this security group.")

    static func reservedTag(_ key: String) -> Fault {
        Fault.invalidParameterValue("Tag keys starting with 'aws:' are reserved for internal use: \(key.prefix(64))")
    }

    static func tagLimit(_ limit: Int) -> Fault {
        Fault("TagLimitExceeded", "The maximum number of tags has been reached: \(limit) for each resource.")
    }
}
