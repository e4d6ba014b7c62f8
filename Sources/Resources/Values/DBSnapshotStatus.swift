/// `Status` of a DB snapshot: always computed, never stored.
public enum DBSnapshotStatus: String, Sendable, CaseIterable {
    case available, creating, deleting, failed

    /// The one place where it is decided.
    public static func derive(_ snapshot: DBSnapshot) -> DBSnapshotStatus {
        switch snapshot.operation?.kind {
        case .delete: .deleting
        case .create, .copy: .creating
        case nil: snapshot.failure == nil ? .available : .failed
        }
    }

    /// True for states that convergence leaves by itself.
    public var isTransitional: Bool { self == .creating || self == .deleting }
}

extension DBSnapshot {
    public var status: DBSnapshotStatus { DBSnapshotStatus.derive(self) }

    /// `PercentProgress`.
    ///
    /// - Parameter seen: how far whoever works on it has come; nil when nobody does.
    public func percentProgress(seen: Int?) -> Int {
        switch status {
        case .available, .deleting: 100
        // All of it is there only once it is complete.
        case .creating, .failed: min(max(seen ?? 0, 0), 99)
        }
    }

    /// True when the snapshot has all its data.
    public var isComplete: Bool { createdAt != nil && operation?.kind != .copy && operation?.kind != .create }
}
