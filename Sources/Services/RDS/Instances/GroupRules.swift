internal import AWSWire
internal import Resources

/// Licence, parameter group and option group of an instance.
enum GroupRules {
    static func check(_ request: Request, _ engine: EngineTraits, _ version: EngineVersion) throws {
        try checkLicense(request.string("LicenseModel"), engine)
        _ = try parameterGroup(request, version)
        _ = try optionGroup(request, engine, version)
    }

    private static func checkLicense(_ license: String?, _ engine: EngineTraits) throws {
        guard let license, license != engine.licenseModel else { return }
        throw Fault.invalidParameterCombination(
            "Invalid license model: \(license.prefix(64)). The LicenseModel of \(engine.name) is \(engine.licenseModel).")
    }

    /// What `DBParameterGroupName` names, as `Spec.parameterGroup` has it: nil within for the default group; nil when the
    /// request says nothing.
    static func parameterGroup(_ request: Request, _ version: EngineVersion) throws -> String?? {
        guard let text = try request.string("DBParameterGroupName") else { return nil }
        let group = try request.parameterGroup(text)
        guard group.family == version.family else {
            throw Fault.invalidParameterCombination(
                "The parameter group \(group.name) with DBParameterGroupFamily \(group.family) can't be used for this instance. "
                    + "Please use a parameter group with DBParameterGroupFamily \(version.family).")
        }
        return .some(DefaultGroups.isDefaultParameterGroup(group.name) ? nil : group.name)
    }

    /// What `OptionGroupName` names, as `Spec.optionGroup` has it: nil within for the default group; nil when the request says
    /// nothing.
    static func optionGroup(_ request: Request, _ engine: EngineTraits, _ version: EngineVersion) throws -> String?? {
        guard let text = try request.string("OptionGroupName") else { return nil }
        let group = try request.optionGroup(text)
        guard group.engine == engine.name, group.majorVersion == version.major else {
            throw Fault.invalidParameterCombination(
                "The option group \(group.name) is associated with \(group.engine) \(group.majorVersion) and can't be used "
                    + "for this instance, which is \(engine.name) \(version.major).")
        }
        return .some(DefaultGroups.isDefaultOptionGroup(group.name) ? nil : group.name)
    }
}
