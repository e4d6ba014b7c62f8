public import Foundation

extension Secret {
    /// When the value is rotated by itself.
    public struct Rotation: Codable, Sendable, Equatable {
        public var enabled: Bool
        /// `AutomaticallyAfterDays`
        public var days: Int

        public init(enabled: Bool, days: Int) {
            self.enabled = enabled
            self.days = days
        }
    }

    /// A value that is on its way: stored, but perhaps not in force on the server yet.
    public var pending: Version? { version(staged: Self.pendingStage) }

    /// Adds the next value as AWSPENDING, in place of one that was pending before.
    public mutating func stagePending(_ version: Version) {
        versions.removeAll { $0.stages.contains(Self.pendingStage) }
        var version = version
        version.stages = [Self.pendingStage]
        versions.append(version)
    }

    /// The pending value is in force: it becomes AWSCURRENT, the former AWSPREVIOUS, and what was that goes.
    ///
    /// Nothing changes when none is pending, so that it may be repeated.
    public mutating func promotePending(at now: Date) {
        guard let next = pending else { return }
        versions = versions.filter { $0.stages.contains(Self.currentStage) && $0.id != next.id }.map { former in
            var former = former
            former.stages = [Self.previousStage]
            return former
        }
        var current = next
        current.stages = [Self.currentStage]
        versions.append(current)
        lastRotatedAt = now
        lastChangedAt = now
    }
}

/// When RDS-managed secrets rotate: RDS's seven days unless the operator or the secret says otherwise.
public struct RotationSchedule: Sendable, Equatable {
    /// As on RDS (user guide, "Password management with Amazon RDS and AWS Secrets Manager").
    public static let standardDays = 7
    public static let dayRange = 1...1000

    /// For secrets without a schedule of their own; nil turns rotation off.
    public var days: Int?

    public init(days: Int? = RotationSchedule.standardDays) { self.days = days }

    /// The days in force for a secret; nil when it does not rotate by itself.
    public func days(for secret: Secret) -> Int? {
        guard secret.owningService == "rds" else { return nil }
        guard let own = secret.rotation else { return days }
        return own.enabled ? own.days : nil
    }

    /// When the value is to be rotated next; nil for never.
    public func next(for secret: Secret) -> Date? {
        days(for: secret).map { (secret.lastRotatedAt ?? secret.createdAt).addingTimeInterval(Double($0) * 86_400) }
    }
}
