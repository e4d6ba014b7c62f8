public import Foundation

/// Storage autoscaling by RDS's rule (user guide, "Managing capacity automatically with Amazon RDS storage autoscaling"): pure.
///
/// Less than a tenth is free for five minutes, and the last change is six hours ago: it grows by 10 GiB, a tenth, or what seven
/// hours need at the rate of the last hour, whichever is most, up to `MaxAllocatedStorage`.
public struct StorageScaling: Sendable, Equatable {
    /// How long storage must be low, in seconds; all other times are in proportion.
    public var patience: Double

    public static let standardPatience = 300.0
    private static let smallestStep = 10

    public init(patience: Double = standardPatience) { self.patience = patience }

    private var scale: Double { patience / Self.standardPatience }
    var coolingOff: Double { 6 * 3600 * scale }
    /// How far back the rate of growth is taken from.
    public var hindsight: Double { 3600 * scale }
    private var foresight: Double { 7 * 3600 * scale }

    public enum Decision: Sendable, Equatable {
        case wait
        /// To so many GiB.
        case grow(Int)
        /// It should, and cannot.
        case blocked(reason: String)
    }

    /// What was seen of an instance's storage.
    public struct History: Sendable, Equatable {
        /// Since when less than a tenth was free; nil while it is not.
        public var lowSince: Date?
        /// Bytes used, then and now, and when that was; nil before the second look.
        public var growth: (from: Int64, to: Int64, seconds: Double)?

        public init(lowSince: Date? = nil, growth: (from: Int64, to: Int64, seconds: Double)? = nil) {
            self.lowSince = lowSince
            self.growth = growth
        }

        public static func == (one: History, other: History) -> Bool {
            one.lowSince == other.lowSince && one.growth?.from == other.growth?.from
                && one.growth?.to == other.growth?.to && one.growth?.seconds == other.growth?.seconds
        }
    }

    /// - Parameters:
    ///   - size: GiB allocated.
    ///   - maximum: `MaxAllocatedStorage`; nil while autoscaling is off.
    ///   - room: GiB that the disk could give in all.
    ///   - grownAt: when the instance was last given more.
    public func decide(size: Int, maximum: Int?, room: Int, grownAt: Date?, _ history: History, now: Date) -> Decision {
        guard let maximum, size < maximum, let lowSince = history.lowSince, now.timeIntervalSince(lowSince) >= patience
        else { return .wait }
        if let grownAt, now.timeIntervalSince(grownAt) < coolingOff { return .wait }
        let wanted = min(maximum, size + step(size, history))
        guard wanted <= room else {
            return .blocked(reason: "\(wanted) GiB are needed, and the disk could give \(room) GiB in all")
        }
        return .grow(wanted)
    }

    private func step(_ size: Int, _ history: History) -> Int {
        max(Self.smallestStep, (size + 9) / 10, forecast(history))
    }

    /// GiB that are used up in seven hours if it goes on like this.
    private func forecast(_ history: History) -> Int {
        guard let growth = history.growth, growth.seconds > 0, growth.to > growth.from else { return 0 }
        let bytes = Double(growth.to - growth.from) / growth.seconds * foresight
        return Int(min(bytes / Double(1 << 30), 65_536).rounded(.up))
    }
}
