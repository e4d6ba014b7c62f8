internal import AWSWire
internal import Resources

/// Names that can have only one value so far: licence, parameter group, option group.
enum GroupRules {
    static func check(_ request: Request, _ engine: EngineTraits, _ version: EngineVersion) throws {
        try checkLicense(request.string("LicenseModel"), engine)
        try checkParameterGroup(request.string("DBParameterGroupName"), family: version.family)
        try checkOptionGroup(request.string("OptionGroupName"), engine: engine.name, major: version.major)
    }

    private static func checkLicense(_ license: String?, _ engine: EngineTraits) throws {
        guard let license, license != engine.licenseModel else { return }
        throw Fault.invalidParameterCombination(
            "Invalid license model: \(license.prefix(64)). The LicenseModel of \(engine.name) is \(engine.licenseModel).")
    }

    private static func checkParameterGroup(_ name: String?, family: String) throws {
        guard let name, name.lowercased() != DefaultGroups.parameterGroup(family: family) else { return }
        throw RDSFault.parameterGroupNotFound(
            "\(name.prefix(255)) (only DBParameterGroupName \(DefaultGroups.parameterGroup(family: family)) exists)")
    }

    private static func checkOptionGroup(_ name: String?, engine: String, major: String) throws {
        let standard = DefaultGroups.optionGroup(engine: engine, major: major)
        guard let name, name.lowercased() != standard else { return }
        throw RDSFault.optionGroupNotFound("\(name.prefix(255)) (only \(standard) exists)")
    }
}
