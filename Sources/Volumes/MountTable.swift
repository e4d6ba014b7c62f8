internal import Foundation

/// What is mounted where, as this process sees it (proc(5), `/proc/self/mountinfo`).
struct MountTable: Sendable, Equatable {
    struct Entry: Sendable, Equatable {
        var mountPoint: String
        var type: String
        var source: String
        /// The directory of the file system that is seen there.
        var root: String
        /// The numbers of the file system's device: `7:0`.
        var device = ""
    }

    /// In the order in which they were mounted.
    var entries: [Entry]

    init(_ text: String) {
        entries = text.split(separator: "\n").compactMap { line in
            let words = line.split(separator: " ").map(String.init)
            guard let dash = words.firstIndex(of: "-"), dash >= 6, words.count > dash + 2 else { return nil }
            return Entry(
                mountPoint: Self.plain(words[4]), type: words[dash + 1], source: Self.plain(words[dash + 2]),
                root: Self.plain(words[3]), device: words[2])
        }
    }

    static func now() throws(VolumeError) -> MountTable {
        MountTable(try KernelFile.text("/proc/self/mountinfo"))
    }

    /// The one that is on top at `path`.
    func at(_ path: String) -> Entry? { entries.last { $0.mountPoint == path } }

    /// All at `directory` and below it, the last one first.
    func below(_ directory: String) -> [Entry] {
        entries.filter { $0.mountPoint == directory || $0.mountPoint.hasPrefix(directory + "/") }.reversed()
    }

    /// Space, tab, newline and backslash are written as three octal digits.
    private static func plain(_ text: String) -> String {
        guard text.contains("\\") else { return text }
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            let digits = rest.prefix(3)
            guard byte == UInt8(ascii: "\\"), digits.count == 3,
                let value = UInt8(String(decoding: digits, as: UTF8.self), radix: 8)
            else {
                bytes.append(byte)
                continue
            }
            bytes.append(value)
            rest = rest.dropFirst(3)
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
