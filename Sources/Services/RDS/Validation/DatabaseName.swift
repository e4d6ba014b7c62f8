internal import AWSWire
internal import Resources

enum DatabaseName {
    static func check(_ text: String, _ engine: EngineTraits) throws -> String {
        let allowed = engine.databaseNameLength
        let legal = text.utf8.allSatisfy { $0.isASCIILetter || $0.isASCIIDigit || $0 == UInt8(ascii: "_") }
        guard allowed.contains(text.count), legal, text.utf8.first?.isASCIILetter == true else {
            throw Fault.invalidParameterValue(
                "The parameter DBName is not a valid database name: it must begin with a letter and contain only "
                    + "\(allowed.lowerBound) to \(allowed.upperBound) letters, digits or underscores.")
        }
        guard !engine.reservedDatabaseNames.contains(text.lowercased()) else {
            throw Fault.invalidParameterValue("DBName \(text) cannot be used as it is a reserved word used by the engine")
        }
        return text
    }
}
