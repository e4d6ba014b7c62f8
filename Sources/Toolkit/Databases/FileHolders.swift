internal import Foundation

/// The processes that have a file open, as far as `/proc` shows them to us. None where there is no `/proc`.
enum FileHolders {
    static func list(_ path: String) throws -> [DatabaseSession] {
        let wanted = URL(fileURLWithPath: path).resolvingSymlinksInPath().path
        let manager = FileManager.default
        guard manager.fileExists(atPath: "/proc/self/fd") else { return [] }
        return try manager.contentsOfDirectory(atPath: "/proc").compactMap { Int32($0) }.sorted().compactMap { pid in
            guard pid != getpid(), holds(pid, wanted) else { return nil }
            let name = line("/proc/\(pid)/comm")
            return DatabaseSession(
                processID: Int(pid), user: owner(pid), database: wanted, address: "", application: name, state: "open")
        }
    }

    /// Processes that end meanwhile, or are another user's, are passed over.
    private static func holds(_ pid: Int32, _ wanted: String) -> Bool {
        guard let directory = opendir("/proc/\(pid)/fd") else { return false }
        defer { closedir(directory) }
        var buffer = [UInt8](repeating: 0, count: Int(PATH_MAX))
        while let entry = readdir(directory) {
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            let count = buffer.withUnsafeMutableBytes {
                $0.withMemoryRebound(to: CChar.self) {
                    readlink("/proc/\(pid)/fd/\(name)", $0.baseAddress.unsafelyUnwrapped, $0.count)
                }
            }
            if count > 0, String(decoding: buffer.prefix(count), as: UTF8.self) == wanted { return true }
        }
        return false
    }

    private static func line(_ path: String) -> String {
        guard let data = FileManager.default.contents(atPath: path) else { return "" }
        return String(decoding: data, as: UTF8.self).trimmingCharacters(in: .newlines)
    }

    private static func owner(_ pid: Int32) -> String {
        var facts = stat()
        guard stat("/proc/\(pid)", &facts) == 0, let entry = getpwuid(facts.st_uid) else { return "" }
        return String(cString: entry.pointee.pw_name)
    }
}
