/// What a parameter group comes to on an instance.
public enum ParameterResolution {
    /// A formula that has no value on this instance.
    public struct Failure: Error, Sendable, Equatable, CustomStringConvertible {
        public var name: String
        public var formula: String

        public init(name: String, formula: String) {
            self.name = name
            self.formula = formula
        }

        public var description: String { "the formula of parameter \(name) has no value here: \(formula)" }
    }

    /// - Parameters:
    ///   - defaults: of the default group.
    ///   - values: what the group's owner has set; it takes the place of the default.
    public static func resolve(
        defaults: [String: String], values: [String: String], _ variables: [ParameterFormula.Variable: Int]
    ) throws -> [String: String] {
        var resolved: [String: String] = [:]
        for (name, text) in defaults.merging(values, uniquingKeysWith: { $1 }) {
            guard ParameterFormula.isMeant(by: text), let formula = ParameterFormula(text) else {
                resolved[name] = text
                continue
            }
            guard let number = formula.value(variables) else { throw Failure(name: name, formula: text) }
            resolved[name] = String(number)
        }
        return resolved
    }
}

extension DBInstance.Spec {
    /// What formulas refer to; nil for a class that does not exist any more.
    public var formulaVariables: [ParameterFormula.Variable: Int]? {
        guard let found = DBInstanceClass(named: instanceClass) else { return nil }
        return [
            .allocatedStorage: allocatedStorage << 30, .instanceClassMemory: found.memoryBytes, .instanceVCPU: found.vCPUs,
            .endPointPort: port,
        ]
    }
}
