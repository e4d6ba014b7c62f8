public import Foundation

/// Versions and their staging labels. A label is on one version at a time; one without labels is deprecated.
extension Secret {
    public static let currentStage = "AWSCURRENT"
    public static let previousStage = "AWSPREVIOUS"
    public static let pendingStage = "AWSPENDING"

    /// As many versions as a secret keeps.
    public static let versionLimit = 100
    /// Versions younger than this are kept whatever their number.
    public static let versionMinimumAge: TimeInterval = 24 * 3600
    /// Labels of one version.
    public static let stageLimit = 20

    /// The version that has a label.
    public func version(staged stage: String) -> Version? { versions.first { $0.stages.contains(stage) } }

    public func version(_ id: String) -> Version? { versions.first { $0.id == id } }

    /// Adds a version with these labels; they leave the versions that had them.
    ///
    /// The first version of a secret is current whatever was asked for.
    public mutating func add(_ version: Version, stages: [String], at now: Date) {
        var version = version
        version.stages = []
        let isFirst = self.version(staged: Self.currentStage) == nil
        versions.append(version)
        let wanted = isFirst && !stages.contains(Self.currentStage) ? stages + [Self.currentStage] : stages
        // AWSPREVIOUS follows from AWSCURRENT, so that one goes last and has the last word.
        for stage in wanted where stage != Self.currentStage { move(stage, to: version.id) }
        if wanted.contains(Self.currentStage) { move(Self.currentStage, to: version.id) }
        lastChangedAt = now
    }

    /// Puts a label on a version; nil takes it away. What was AWSCURRENT becomes AWSPREVIOUS.
    public mutating func move(_ stage: String, to id: String?) {
        let former = version(staged: stage)?.id
        guard former != id else { return }
        for index in versions.indices { versions[index].stages.removeAll { $0 == stage } }
        if let index = versions.firstIndex(where: { $0.id == id }) { versions[index].stages.append(stage) }
        if stage == Self.currentStage, let former { move(Self.previousStage, to: former) }
    }

    /// Makes room for one more version: the oldest that are deprecated and over a day old go. False when there is none.
    public mutating func makeRoom(at now: Date) -> Bool {
        let age = { (version: Version) in now.timeIntervalSince(version.createdAt) }
        while versions.count >= Self.versionLimit {
            let outdated = versions.indices.filter {
                versions[$0].stages.isEmpty && age(versions[$0]) >= Self.versionMinimumAge
            }
            guard let oldest = outdated.min(by: { versions[$0].createdAt < versions[$1].createdAt }) else { return false }
            versions.remove(at: oldest)
        }
        return true
    }
}
