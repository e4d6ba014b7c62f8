import Foundation

/// Deletes directory trees that a server could write to: never follows a symbolic link, whatever it finds on the way.
enum TreeRemoval {
    /// No tree of ours is deeper; a deeper one is refused rather than followed without end.
    static let depthLimit = 64

    /// Deletes what `path` names, if anything.
    static func remove(_ path: String) throws(EngineError) {
        guard FileSystem.exists(path) else { return }
        let parent = try Descriptor(opening: FileSystem.parent(path), O_RDONLY | O_DIRECTORY)
        try remove(FileSystem.lastComponent(path), in: parent, path, depth: 0)
    }

    private static func remove(_ name: String, in parent: Descriptor, _ path: String, depth: Int) throws(EngineError) {
        if unlinkat(parent.number, name, 0) == 0 || errno == ENOENT { return }
        let refusal = errno
        guard refusal == EISDIR || refusal == EPERM else { throw .refused("delete \(path)", refusal) }
        guard depth < depthLimit else { throw .damaged(what: "\(path) is nested too deeply to be deleted") }
        let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
        let opened = openat(parent.number, name, flags)
        // Somebody else who clears up was faster.
        if opened < 0, errno == ENOENT { return }
        guard opened >= 0 else { throw .refused("open \(path)", errno) }
        let directory = Descriptor(owning: opened)
        // A server that is just ending may still add a file: look again a few times before giving up.
        for attempt in 0..<8 {
            for child in FileSystem.names(in: "/proc/self/fd/\(opened)") {
                try remove(child, in: directory, "\(path)/\(child)", depth: depth + 1)
            }
            if unlinkat(parent.number, name, AT_REMOVEDIR) == 0 || errno == ENOENT { return }
            let code = errno
            if code != ENOTEMPTY || attempt == 7 { throw .refused("delete \(path)", code) }
        }
    }
}

/// Where things wait to be deleted: a rename takes them out of sight at once, the slow part may be interrupted.
struct Trash: Sendable {
    let directory: String

    init(host: EngineHost) { directory = "\(host.directory)/trash" }

    /// Deletes what `path` names, if anything; from the first moment it is gone under its name.
    func remove(_ path: String) throws(EngineError) {
        guard FileSystem.exists(path) else { return }
        try FileSystem.makeDirectory(directory, mode: 0o700)
        let hidden = "\(directory)/\(UUID().uuidString)"
        try system("rename \(path)") { rename(path, hidden) }
        try FileSystem.syncDirectory(FileSystem.parent(path))
        try TreeRemoval.remove(hidden)
    }

    /// Deletes what an interrupted `remove` has left.
    func empty() throws(EngineError) {
        for name in FileSystem.names(in: directory) { try TreeRemoval.remove("\(directory)/\(name)") }
    }
}
