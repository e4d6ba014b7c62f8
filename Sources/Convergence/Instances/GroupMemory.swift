internal import Cgroups

/// How often the kernel has ended processes of a server because its class had no memory left. A value: a lane feeds it what
/// it sees.
struct GroupMemory: Sendable, Equatable {
    /// The count of the group when it was last looked at; nil before the first look.
    private(set) var kills: Int?
    /// The first look also sees to it that all of the server's processes are in the group.
    var isChecked = false
    /// It refused what was wanted of it, and is asked again soon.
    var isOwed = false

    /// - Returns: how many there were since the last look. What had happened before the first one was told by who saw it.
    mutating func see(_ group: GroupSight?) -> Int {
        guard let group else { return 0 }
        defer { kills = group.memoryKills }
        // A new group begins again from 0.
        guard let kills else { return 0 }
        return group.memoryKills >= kills ? group.memoryKills - kills : group.memoryKills
    }
}
