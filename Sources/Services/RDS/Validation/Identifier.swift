internal import AWSWire

/// Names of DB instances.
enum Identifier {
    /// The identifier as RDS stores it: in lower case.
    static func instance(_ text: String, parameter: String) throws -> String {
        try identifier(text, parameter: parameter, longest: 63)
    }

    /// Of a snapshot that is a user's own.
    static func snapshot(_ text: String, parameter: String) throws -> String {
        try identifier(text, parameter: parameter, longest: 255)
    }

    private static func identifier(_ text: String, parameter: String, longest: Int) throws -> String {
        let bytes = Array(text.utf8)
        guard bytes.count <= longest else {
            throw invalid(parameter, "because it is longer than \(longest) characters.")
        }
        let legal = bytes.allSatisfy { $0.isASCIILetter || $0.isASCIIDigit || $0 == UInt8(ascii: "-") }
        guard legal, bytes.first?.isASCIILetter == true, bytes.last != UInt8(ascii: "-"), !text.contains("--") else {
            throw Fault.invalidParameterValue(
                "The parameter \(parameter) is not a valid identifier. Identifiers must begin with a letter; must contain "
                    + "only ASCII letters, digits, and hyphens; and must not end with a hyphen or contain two consecutive "
                    + "hyphens.")
        }
        return text.lowercased()
    }

    private static func invalid(_ parameter: String, _ reason: String) -> Fault {
        .invalidParameterValue("The parameter \(parameter) is not a valid identifier \(reason)")
    }
}

extension UInt8 {
    var isASCIILetter: Bool { (0x41...0x5a).contains(self) || (0x61...0x7a).contains(self) }
    var isASCIIDigit: Bool { (0x30...0x39).contains(self) }
}
