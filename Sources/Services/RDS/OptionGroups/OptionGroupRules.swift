internal import AWSWire
internal import Resources

enum OptionGroupRules {
    /// Option groups in each region ("Quotas in Amazon RDS").
    static let quota = 20

    /// The name of a new group, as RDS stores it: in lower case.
    static func newName(_ text: String, parameter: String) throws -> String {
        let name = text.lowercased()
        let legal = name.utf8.allSatisfy { $0.isASCIILetter || $0.isASCIIDigit || $0 == UInt8(ascii: "-") }
        guard legal, (1...255).contains(name.utf8.count), name.utf8.first?.isASCIILetter == true, !name.hasSuffix("-"),
            !name.contains("--")
        else {
            throw Fault.invalidParameterValue(
                "The parameter \(parameter) is not a valid identifier. Identifiers must begin with a letter; must contain only "
                    + "ASCII letters, digits and hyphens; must not end with a hyphen or contain two consecutive hyphens; and "
                    + "have at most 255 characters.")
        }
        return name
    }
}
