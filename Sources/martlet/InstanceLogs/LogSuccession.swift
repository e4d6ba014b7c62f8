/// Which file of a log comes next, where a server begins one with another name each hour.
enum LogSuccession {
    /// The file that was written to last; of several the one with the latest name.
    static func newest(_ files: [InstanceLogsClient.File]) -> String? {
        files.max { ($0.lastWrittenMs, $0.name) < ($1.lastWrittenMs, $1.name) }?.name
    }

    /// The name after `current` among those that differ from it in numbers alone; nil when there is none yet.
    static func next(after current: String, _ files: [InstanceLogsClient.File]) -> String? {
        files.map(\.name).filter { family($0) == family(current) && $0 > current }.min()
    }

    private static func family(_ name: String) -> String { name.filter { !$0.isNumber } }
}
