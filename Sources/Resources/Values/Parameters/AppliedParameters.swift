/// The parameters that an instance is to run with now. They follow its parameter group: dynamic ones at once, all others, and
/// those of another group, when the instance restarts at its owner's wish. A server that crashes comes back with these.
public struct AppliedParameters: Codable, Sendable, Equatable {
    /// `DBParameterGroupName`; nil for the default group.
    public var group: String?
    /// What the group's owner had set, as it was given: formulas are evaluated when the configuration is written.
    public var values: [String: String]

    public init(group: String? = nil, values: [String: String] = [:]) {
        self.group = group
        self.values = values
    }

    public init(of group: DBParameterGroup?) {
        self.init(group: group?.name, values: group?.values ?? [:])
    }
}

extension DBInstance {
    /// What it is to run with now: an instance of before parameter groups has the default group.
    public var appliedParameters: AppliedParameters { parameters ?? AppliedParameters() }

    /// A restart is due that its owner wants, or that comes with what its owner wants: all of the group applies from now on.
    ///
    /// - Parameter group: the one that `spec.parameterGroup` names; nil for the default group. A group that should be there
    ///   and is not changes nothing.
    public mutating func takeUpParameters(of group: DBParameterGroup?) {
        guard group?.name == spec.parameterGroup else { return }
        let applied = AppliedParameters(of: group)
        if applied != appliedParameters { parameters = applied }
    }
}

extension DocumentReader {
    /// The parameter group of an instance; nil for the default group.
    public func parameterGroup(of instance: DBInstance) -> DBParameterGroup? {
        instance.spec.parameterGroup.flatMap { find(DBParameterGroup.self, region: instance.region, name: $0) }
    }
}
