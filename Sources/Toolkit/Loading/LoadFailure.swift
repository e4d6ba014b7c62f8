/// Why a file was not loaded, and what is left of it.
public struct LoadFailure: Error, Sendable, Equatable, CustomStringConvertible {
    public var file: String
    /// From 1.
    public var line: Int
    public var reason: String
    /// What stays although the load failed: statements before the server's last commit, as `line: what`.
    public var applied: [String]

    public var description: String {
        let head = "\(file):\(line): \(reason)"
        guard !applied.isEmpty else { return head + "\nNothing of \(file) was applied: all of it was rolled back." }
        let shown = applied.suffix(20).map { "  \($0)" }
        let left = applied.count - shown.count
        return
            ([head, "Applied and not undone, since MySQL commits every change of the schema at once:"]
            + (left > 0 ? ["  (\(left) before these)"] : []) + shown).joined(separator: "\n")
    }
}
