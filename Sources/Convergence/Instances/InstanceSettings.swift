internal import Engines
internal import Resources

/// What a server's configuration is made from: the instance as its owner wants it, and what its groups come to.
enum InstanceSettings {
    /// - Parameters:
    ///   - group: the option group; nil for the default one.
    ///   - isFull: there is no room for writers.
    /// - Throws: `EngineError` for a class that is not known any more, `ParameterResolution.Failure`.
    static func make(_ desired: DBInstance, _ engine: any Engine, group: DBOptionGroup?, isFull: Bool) throws -> ServerSettings {
        let spec = desired.spec
        guard let instanceClass = DBInstanceClass(named: spec.instanceClass), let variables = spec.formulaVariables else {
            throw EngineError.system(what: "configuration", reason: "unknown instance class \(spec.instanceClass)")
        }
        let parameters = try ParameterResolution.resolve(
            defaults: engine.defaultParameters(of: spec.engineVersion), values: desired.appliedParameters.values, variables)
        var settings = ServerSettings(
            instanceClass: instanceClass, port: spec.port, performanceInsights: spec.performanceInsights,
            iamAuthentication: spec.usesIAMAuthentication, forcesTLS: engine.traits.forcesTLS(parameters),
            masterUsername: desired.master.username, binaryLog: spec.backupRetentionPeriod > 0, parameters: parameters,
            options: Dictionary((group?.options ?? []).map { ($0.name, $0.settings) }) { $1 })
        settings.isReadOnly = isFull && engine.needsReserve
        return settings
    }
}
