internal import AWSWire
internal import Resources

/// Which values a parameter can have.
enum ParameterValue {
    private static let lengthLimit = 4096
    /// RDS documents 0 and 1; these are what people write and every server reads.
    private static let truths: Set<String> = ["0", "1", "on", "off", "true", "false"]

    /// - Throws: `Fault` in RDS's words.
    static func check(_ value: String, of definition: ParameterDefinition) throws {
        guard value.utf8.count <= lengthLimit, value.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7f }) else {
            throw Fault.invalidParameterValue(
                "Invalid parameter value for: \(definition.name): at most \(lengthLimit) characters, and no control characters.")
        }
        guard isAllowed(value, definition) else { throw invalid(value, definition) }
    }

    private static func isAllowed(_ value: String, _ definition: ParameterDefinition) -> Bool {
        switch definition.dataType {
        case .boolean: truths.contains(value.lowercased())
        case .integer: isFormula(value) || Int(value).map { isWithin(Double($0), definition) } ?? false
        case .float: isFormula(value) || number(value).map { isWithin($0, definition) } ?? false
        case .string: definition.options.isEmpty || isOption(value, definition)
        case .list: value.split(separator: ",").allSatisfy { isOption($0.trimmed, definition) }
        }
    }

    private static func isFormula(_ value: String) -> Bool {
        ParameterFormula.isMeant(by: value) && ParameterFormula(value) != nil
    }

    /// `Double` also reads `inf`, `nan` and hexadecimals.
    private static func number(_ value: String) -> Double? {
        value.utf8.allSatisfy { $0.isASCIIDigit || "+-.eE".utf8.contains($0) } ? Double(value) : nil
    }

    private static func isWithin(_ number: Double, _ definition: ParameterDefinition) -> Bool {
        if let minimum = definition.minimum.flatMap(Double.init), number < minimum { return false }
        if let maximum = definition.maximum.flatMap(Double.init), number > maximum { return false }
        return true
    }

    private static func isOption(_ value: String, _ definition: ParameterDefinition) -> Bool {
        definition.options.contains { $0.lowercased() == value.lowercased() }
    }

    private static func invalid(_ value: String, _ definition: ParameterDefinition) -> Fault {
        let allowed = definition.allowedValues.map { " allowed values are: \($0)" } ?? ""
        return .invalidParameterValue("Invalid parameter value: \(value.prefix(80)) for: \(definition.name)\(allowed)")
    }
}

extension Substring {
    /// Without spaces at its ends.
    fileprivate var trimmed: String {
        var text = drop { $0 == " " }
        while text.last == " " { text.removeLast() }
        return String(text)
    }
}
