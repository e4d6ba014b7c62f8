/// One mounted cgroup hierarchy: a line of `/proc/self/mountinfo` (proc(5)).
struct CgroupMount: Equatable {
    var version: CgroupLayout.Version
    /// Which group of the hierarchy is seen at `directory`: `/` for all of it.
    var root: String
    /// Where it is mounted.
    var directory: String
    var isReadOnly: Bool
    /// What the file system was mounted with; version 1 names its controllers here.
    var options: Set<String>

    /// Nil for a line that is of another file system, or of none.
    init?(_ line: Substring) {
        let fields = line.split(separator: " ").map(String.init)
        // Optional fields end with a dash; the type, the source and the options of the file system follow.
        guard let dash = fields.firstIndex(of: "-"), dash >= 6, fields.count >= dash + 4 else { return nil }
        switch fields[dash + 1] {
        case "cgroup": version = .v1
        case "cgroup2": version = .v2
        default: return nil
        }
        root = Self.unescaped(fields[3])
        directory = Self.unescaped(fields[4])
        isReadOnly = fields[5].split(separator: ",").contains("ro")
        options = Set(fields[dash + 3].split(separator: ",").map(String.init))
    }

    static func all(_ mountinfo: String) -> [CgroupMount] { mountinfo.split(separator: "\n").compactMap(CgroupMount.init) }

    /// Blanks and backslashes are written in octal: `\040`.
    private static func unescaped(_ text: String) -> String {
        guard text.contains("\\") else { return text }
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let first = rest.first {
            let digits = rest.dropFirst().prefix(3)
            if first == UInt8(ascii: "\\"), digits.count == 3, let code = UInt8(String(decoding: digits, as: UTF8.self), radix: 8)
            {
                bytes.append(code)
                rest = rest.dropFirst(4)
            } else {
                bytes.append(first)
                rest = rest.dropFirst()
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
