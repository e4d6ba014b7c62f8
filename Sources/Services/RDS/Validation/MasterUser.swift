internal import AWSWire
internal import Resources

/// Names and passwords of master users.
enum MasterUser {
    static func username(_ text: String?, _ engine: EngineTraits) throws -> String {
        guard let text else {
            throw Fault.invalidParameterValue("The parameter MasterUsername must be provided and must not be blank.")
        }
        let allowed = engine.masterUsernameLength
        let legal = text.utf8.allSatisfy { $0.isASCIILetter || $0.isASCIIDigit || $0 == UInt8(ascii: "_") }
        guard allowed.contains(text.count), legal, text.utf8.first?.isASCIILetter == true else {
            throw Fault.invalidParameterValue(
                "The parameter MasterUsername is not a valid user name: it must have \(allowed.lowerBound) to "
                    + "\(allowed.upperBound) letters, digits or underscores, and begin with a letter.")
        }
        guard !isReserved(text.lowercased(), engine) else {
            throw Fault.invalidParameterValue(
                "MasterUsername \(text) cannot be used as it is a reserved word used by the engine")
        }
        return text
    }

    /// An engine keeps some names for itself, and some beginnings of names.
    private static func isReserved(_ name: String, _ engine: EngineTraits) -> Bool {
        engine.reservedUsernames.contains(name) || engine.reservedUsernamePrefixes.contains { name.hasPrefix($0) }
    }

    static func password(_ text: String?, _ engine: EngineTraits) throws -> String {
        guard let text else {
            throw Fault.invalidParameterValue("The parameter MasterUserPassword must be provided and must not be blank.")
        }
        let prefix = "The parameter MasterUserPassword is not a valid password"
        let allowed = engine.masterPasswordLength
        guard text.count >= allowed.lowerBound else {
            throw Fault.invalidParameterValue("\(prefix) because it is shorter than \(allowed.lowerBound) characters.")
        }
        guard text.count <= allowed.upperBound else {
            throw Fault.invalidParameterValue("\(prefix) because it is longer than \(allowed.upperBound) characters.")
        }
        guard text.utf8.allSatisfy({ (0x21...0x7e).contains($0) && !barred.contains($0) }) else {
            throw Fault.invalidParameterValue(
                "\(prefix). Only printable ASCII characters besides '/', '@', '\"', ' ' may be used.")
        }
        return text
    }

    private static let barred = Set("/@\"".utf8)
}
