internal import AWSWire
internal import Resources

enum ParameterGroupRules {
    /// DB parameter groups in each region ("Quotas in Amazon RDS").
    static let quota = 50
    /// Parameters of one request (botocore, ModifyDBParameterGroup).
    static let changeLimit = 20

    /// The name of a new group, as RDS stores it: in lower case. Periods are allowed as RDS allows them, whatever the
    /// model's text says: `mysql8.0-app` is a name that people have.
    static func newName(_ text: String, parameter: String) throws -> String {
        let name = text.lowercased()
        let legal = name.utf8.allSatisfy {
            $0.isASCIILetter || $0.isASCIIDigit || $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: ".")
        }
        guard legal, (1...255).contains(name.utf8.count), name.utf8.first?.isASCIILetter == true, !name.hasSuffix("-"),
            !name.contains("--")
        else {
            throw Fault.invalidParameterValue(
                "The parameter \(parameter) is not a valid identifier. Identifiers must begin with a letter; must contain only "
                    + "ASCII letters, digits, periods and hyphens; must not end with a hyphen or contain two consecutive "
                    + "hyphens; and have at most 255 characters.")
        }
        guard !name.hasPrefix(DefaultGroups.parameterGroupPrefix) else {
            throw Fault.invalidParameterValue(
                "The parameter \(parameter) cannot begin with default.: those groups are RDS's own.")
        }
        return name
    }

    static func description(_ text: String, parameter: String) throws -> String {
        guard text.count <= 255 else {
            throw Fault.invalidParameterValue("The parameter \(parameter) cannot be longer than 255 characters.")
        }
        return text
    }
}

extension DBInstance {
    /// The name of its group, the default one included.
    func parameterGroupName(family: String) -> String { spec.parameterGroup ?? DefaultGroups.parameterGroup(family: family) }
}
