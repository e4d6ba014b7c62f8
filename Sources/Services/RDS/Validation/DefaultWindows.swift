internal import AWSWire
internal import Resources

/// The windows an instance gets when its owner names none: 30 minutes at random within the region's block of 8 hours.
enum DefaultWindows {
    /// The hour (UTC) at which a region's block begins (RDS user guide, "Backup window"); 3 elsewhere.
    private static let blockStart: [String: Int] = [
        "us-west-1": 6, "us-west-2": 6, "us-gov-west-1": 6, "ap-east-1": 6, "ap-south-1": 16, "ap-northeast-1": 13,
        "ap-northeast-2": 13, "ap-northeast-3": 13, "ap-southeast-1": 14, "ap-southeast-2": 12, "ap-southeast-3": 14,
        "cn-north-1": 6, "cn-northwest-1": 6, "eu-central-1": 20, "eu-north-1": 23, "eu-south-1": 2, "eu-west-1": 22,
        "eu-west-2": 22, "eu-west-3": 7, "me-south-1": 6, "sa-east-1": 23,
    ]

    /// Fills in what is missing so that the two do not overlap.
    static func complete(
        backup: TimeWindow?, maintenance: TimeWindow?, region: String, random: RandomSource
    ) throws -> (backup: TimeWindow, maintenance: TimeWindow) {
        let starts = startsInBlock(of: region)
        let backup = try backup ?? pick(starts.map { daily($0) }, avoiding: maintenance, random)
        let weeklies = starts.flatMap { minute in (0..<7).map { weekly(day: $0, minute: minute) } }
        let maintenance = try maintenance ?? pick(weeklies, avoiding: backup, random)
        try TimeWindow.checkApart(backup, maintenance)
        return (backup, maintenance)
    }

    private static func startsInBlock(of region: String) -> [Int] {
        let first = (blockStart[region] ?? 3) * 60
        return (first..<first + 8 * 60 - 29).map { $0 % TimeWindow.day }
    }

    private static func daily(_ minute: Int) -> TimeWindow { TimeWindow(start: minute, length: 30, isWeekly: false) }

    private static func weekly(day: Int, minute: Int) -> TimeWindow {
        TimeWindow(start: day * TimeWindow.day + minute, length: 30, isWeekly: true)
    }

    /// When the given window covers the whole block, any time of day will do.
    private static func pick(
        _ candidates: [TimeWindow], avoiding other: TimeWindow?, _ random: RandomSource
    ) throws -> TimeWindow {
        guard let other else { return candidates[random.below(candidates.count)] }
        // A few tries find a free one almost always; looking at all of them is the exception.
        for _ in 0..<16 {
            let candidate = candidates[random.below(candidates.count)]
            if !candidate.overlaps(other) { return candidate }
        }
        let anywhere = stride(from: 0, to: TimeWindow.day, by: 30).map { minute in
            other.isWeekly ? daily(minute) : weekly(day: random.below(7), minute: minute)
        }
        let free = (candidates + anywhere).filter { !$0.overlaps(other) }
        guard !free.isEmpty else {
            throw Fault.invalidParameterValue("The backup window and maintenance window must not overlap; \(other.text) leaves no room.")
        }
        return free[random.below(free.count)]
    }
}
