internal import AWSWire
internal import Resources

/// Which version an instance may go to: a later installed one of the same major version.
enum VersionUpgrade {
    /// - Returns: the full version, or nil when none was asked for.
    static func target(_ requested: String?, of instance: DBInstance, _ request: Request) throws -> String? {
        guard let requested else { return nil }
        let current = instance.spec.engineVersion
        // Its own version, or its major version alone, asks for what is the case.
        if EngineChoice.isVersion(requested), EngineChoice.isPrefix(requested, of: current) { return current }
        let installed = request.context.catalog.versions(of: instance.spec.engine)
        let list = installed.map(\.version).joined(separator: ", ")
        guard EngineChoice.isVersion(requested),
            let target = installed.last(where: { EngineChoice.isPrefix(requested, of: $0.version) })
        else {
            throw Fault.invalidParameterCombination(
                "Cannot find version \(requested.prefix(32)) for \(instance.spec.engine). Installed on this host: \(list).")
        }
        try check(from: request.context.catalog.version(running: instance.spec), to: target, instance)
        return target.version
    }

    private static func check(from current: EngineVersion, to target: EngineVersion, _ instance: DBInstance) throws {
        let engine = instance.spec.engine
        let refusal = "Cannot upgrade \(engine) from \(current.version) to \(target.version)"
        guard current < target else {
            throw Fault.invalidParameterCombination("\(refusal): the EngineVersion can only go up.")
        }
        guard target.major == current.major else {
            throw Fault.invalidParameterCombination(
                "\(refusal): major version upgrades are not available yet. Create an instance of version \(target.version), "
                    + "then dump this one and restore into it.")
        }
    }
}
