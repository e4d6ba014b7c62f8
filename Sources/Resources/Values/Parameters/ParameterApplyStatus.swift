/// `ParameterApplyStatus` of an instance's parameter group: computed, never stored.
public enum ParameterApplyStatus: String, Sendable, CaseIterable {
    /// The server has confirmed everything that the group says.
    case inSync = "in-sync"
    /// On its way to a running server.
    case applying
    /// Something in the group waits for a reboot.
    case pendingReboot = "pending-reboot"
    /// The server did not take a value over.
    case failedToApply = "failed-to-apply"

    /// - Parameters:
    ///   - group: the one that the instance names; nil for the default group.
    ///   - observed: nil when nothing has been probed since this process started.
    public static func derive(
        desired: DBInstance, group: DBParameterGroup?, observed: DBInstanceObservation?
    ) -> ParameterApplyStatus {
        let applied = desired.appliedParameters
        if applied != AppliedParameters(of: group) { return .pendingReboot }
        // There is no server that could confirm anything: it starts with all of the group.
        guard desired.power == .running, desired.createdAt != nil else { return .inSync }
        guard observed?.parameters == applied else { return .applying }
        return observed?.refusedParameters.isEmpty == false ? .failedToApply : .inSync
    }
}
