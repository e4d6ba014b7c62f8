/// What was seen of a server's group.
public struct GroupSight: Sendable, Equatable {
    /// What this host can limit.
    public var controllers: Set<CgroupController>
    /// Those of them for which the group is there.
    public var present: Set<CgroupController>
    /// Those in whose group the server process is.
    public var members: Set<CgroupController>
    /// The limits of the group.
    public var limits: ServerLimits
    /// How many processes of the group the kernel has ended because there was no memory left.
    public var memoryKills: Int
    /// What goes through the page cache and is written later counts as its writer's (version 2, where memory is there too).
    public var countsCachedWrites: Bool

    public init(
        controllers: Set<CgroupController>, present: Set<CgroupController> = [], members: Set<CgroupController> = [],
        limits: ServerLimits = .none, memoryKills: Int = 0, countsCachedWrites: Bool = true
    ) {
        self.controllers = controllers
        self.present = present
        self.members = members
        self.limits = limits
        self.memoryKills = memoryKills
        self.countsCachedWrites = countsCachedWrites
    }

    /// What holds for the server: limits of groups that it is not in do not.
    public var inForce: ServerLimits { limits.within(members) }

    /// The same in words, with what the kernel does not count; nil where nothing is limited.
    public var summary: String? {
        guard let words = inForce.summary else { return nil }
        return inForce.io.isEmpty || countsCachedWrites ? words : words + " (not what the system writes later from its cache)"
    }
}

/// What has to be done about a server's group.
public enum GroupStep: Sendable, Equatable {
    case none
    /// Make it if it is missing, set its limits, move the server's processes into it.
    case apply
    /// The server has ended for good, or until its owner wants it again.
    case remove

    /// - Parameters:
    ///   - isRunning: there is a server process.
    ///   - isWanted: the server should run.
    public static func due(
        _ wanted: ServerLimits, _ seen: GroupSight, isRunning: Bool, isWanted: Bool
    ) -> GroupStep {
        guard isRunning else { return isWanted || seen.present.isEmpty ? .none : .remove }
        let possible = wanted.within(seen.controllers)
        let isInside = possible.controllers.isSubset(of: seen.members)
        return isInside && seen.limits == possible ? .none : .apply
    }
}
