internal import Foundation

/// What this process may do (capabilities(7)); it does not change while it runs.
enum Capabilities {
    /// `CAP_SYS_ADMIN`
    static let mayMount = has(21)
    /// `CAP_SYS_RESOURCE`
    static let mayExceedResources = has(24)

    private static func has(_ bit: UInt64) -> Bool {
        guard let data = FileManager.default.contents(atPath: "/proc/self/status"),
            let line = String(decoding: data, as: UTF8.self).split(separator: "\n").first(where: { $0.hasPrefix("CapEff:") }),
            let bits = UInt64(line.dropFirst(7).trimmingCharacters(in: .whitespaces), radix: 16)
        else { return false }
        return bits & (1 << bit) != 0
    }
}
