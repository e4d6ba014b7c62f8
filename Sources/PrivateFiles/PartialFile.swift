internal import Foundation

/// A file on its way to a name, locked by whoever writes it: a process that is killed loses the lock, whoever else may get its
/// number, and whether or not its parent has noticed.
struct PartialFile {
    private static let suffix = ".partial"

    let name: String
    let file: OpenFile

    /// Creates `PATH.UUID.partial`, empty.
    init(beside path: String) throws(FileFailure) {
        var attempts = 3
        while true {
            let name = "\(path).\(UUID().uuidString)\(Self.suffix)"
            let file = try OpenFile(name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW)
            if Self.isOurs(file, name) {
                self.name = name
                self.file = file
                return
            }
            attempts -= 1
            guard attempts > 0 else { throw FileFailure(what: "lock \(name)", code: EWOULDBLOCK) }
        }
    }

    /// False when somebody took the file for a leftover before it was locked. A file system without locks has no such people.
    private static func isOurs(_ file: OpenFile, _ name: String) -> Bool {
        do { try file.lock(naming: name) } catch { return error.code != EWOULDBLOCK }
        return file.hasName
    }

    /// Removes what was being written to the same name by somebody who was killed.
    ///
    /// What cannot be removed does no harm, and is tried again with the next replacement.
    static func removeLeftovers(of path: String) {
        let directory = PrivateFile.parent(of: path)
        let prefix = (path.split(separator: "/").last.map(String.init) ?? path) + "."
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: directory) else { return }
        for name in names where name.hasPrefix(prefix) && isMade(name.dropFirst(prefix.count)) {
            let whole = "\(directory)/\(name)"
            // NFS locks only what is open for writing.
            guard let file = try? OpenFile(whole, O_RDWR | O_NOFOLLOW | O_NONBLOCK) else { continue }
            do { try file.lock(naming: whole) } catch { continue }
            withExtendedLifetime(file) { _ = unlink(whole) }
        }
    }

    /// Whether the rest of a name, `UUID.partial`, is of our making. Earlier builds put their process's number in front.
    private static func isMade(_ rest: Substring) -> Bool {
        guard rest.hasSuffix(suffix) else { return false }
        let words = rest.dropLast(suffix.count).split(separator: ".", omittingEmptySubsequences: false)
        guard let last = words.last, UUID(uuidString: String(last)) != nil else { return false }
        return words.count == 1 || (words.count == 2 && UInt32(words[0]) != nil)
    }
}
