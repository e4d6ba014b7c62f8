import Foundation

/// Has a directory and all that is in it on the disk.
enum TreeSynchronisation {
    /// No tree of ours is deeper.
    private static let depthLimit = 16

    /// Files that go away meanwhile are none of its business: a server may be running.
    static func perform(_ directory: String, depth: Int = 0) throws(EngineError) {
        guard depth < depthLimit else { throw .damaged(what: "\(directory) is nested too deeply to be written out") }
        for name in FileSystem.names(in: directory) {
            let path = "\(directory)/\(name)"
            guard let found = FileSystem.status(path) else { continue }
            switch found.st_mode & S_IFMT {
            case S_IFDIR: try perform(path, depth: depth + 1)
            case S_IFREG: try synchronise(path)
            default: continue
            }
        }
        try FileSystem.syncDirectory(directory)
    }

    private static func synchronise(_ path: String) throws(EngineError) {
        do {
            let file = try Descriptor(opening: path, O_RDONLY | O_NOFOLLOW)
            try system("fsync \(path)") { fsync(file.number) }
        } catch { if FileSystem.exists(path) { throw error } }
    }
}
