/// `Status` of an instance's option group membership: computed, never stored.
public enum OptionGroupStatus: String, Sendable, CaseIterable {
    /// The server has confirmed what the group says.
    case inSync = "in-sync"
    case applying
    /// The server did not take an option over.
    case failed
    /// Waits for the maintenance window.
    case pendingMaintenanceApply = "pending-maintenance-apply"
    case pendingMaintenanceRemoval = "pending-maintenance-removal"

    /// - Parameter group: the one that the instance names; nil for the default group.
    public static func derive(desired: DBInstance, group: DBOptionGroup?, observed: DBInstanceObservation?) -> OptionGroupStatus {
        if desired.pending.optionGroup != nil { return .pendingMaintenanceRemoval }
        guard desired.power == .running, desired.createdAt != nil else { return .inSync }
        guard let observed, observed.parameters != nil, observed.optionGroup?.options ?? [] == group?.options ?? [] else {
            return group == nil ? .inSync : .applying
        }
        let isRefused = group?.options.contains { observed.refusedParameters[$0.name] != nil } ?? false
        return isRefused ? .failed : .inSync
    }
}
