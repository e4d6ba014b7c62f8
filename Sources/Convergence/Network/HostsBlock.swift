/// The marked block that Martlet keeps in the hosts file: pure text in, text out.
public struct HostsBlock: Sendable, Equatable {
    /// Which installation the block belongs to; several may share a machine.
    public var owner: String
    /// Host name → address.
    public var entries: [String: String]

    public init(owner: String, entries: [String: String]) {
        self.owner = owner
        self.entries = entries
    }

    private var opening: String { "# BEGIN martlet \(owner)" }
    private var closing: String { "# END martlet \(owner)" }

    /// `text` with this block in place of the one it had; with no entries, without a block. Nothing else changes.
    ///
    /// An opening mark without a closing one is taken for the block's first line only, so that a damaged file loses no line
    /// that others wrote.
    public func applied(to text: String) -> String {
        var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        if let first = lines.firstIndex(of: opening) {
            let last = lines[first...].firstIndex(of: closing) ?? first
            lines.removeSubrange(first...last)
        }
        if entries.isEmpty { return lines.joined(separator: "\n") }
        let block = [opening] + entries.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" } + [closing]
        if lines.last == "" { lines.removeLast() }
        return (lines + block).joined(separator: "\n") + "\n"
    }
}
