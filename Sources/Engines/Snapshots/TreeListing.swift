import Foundation

/// What a directory tree holds: paths relative to it. Sockets and the like are left out.
struct TreeListing: Equatable {
    struct File: Equatable {
        var path: String
        var size: Int64
    }

    var directories: [String] = []
    var files: [File] = []

    var bytes: Int64 { files.reduce(0) { $0 + $1.size } }

    /// No tree of ours is deeper.
    static let depthLimit = 16
    /// A cluster with more files is refused, rather than kept in memory.
    static let countLimit = 2_000_000

    /// - Parameter skip: true leaves a path, and all below it, out.
    /// - Throws: `EngineError.damaged` for a symbolic link: no cluster of ours has one, and where it leads is not ours to copy.
    init(_ root: String, skip: (_ path: String) -> Bool) throws(EngineError) {
        try add(root, "", depth: 0, skip)
    }

    private mutating func add(_ root: String, _ path: String, depth: Int, _ skip: (String) -> Bool) throws(EngineError) {
        let place = path.isEmpty ? root : "\(root)/\(path)"
        guard depth < Self.depthLimit else { throw .damaged(what: "\(place) is nested too deeply") }
        for name in FileSystem.names(in: place) {
            let child = path.isEmpty ? name : "\(path)/\(name)"
            // What goes away while a server works need not be there.
            guard !skip(child), let found = FileSystem.status("\(root)/\(child)") else { continue }
            switch found.st_mode & S_IFMT {
            case S_IFDIR:
                directories.append(child)
                try add(root, child, depth: depth + 1, skip)
            case S_IFREG: files.append(File(path: child, size: Int64(found.st_size)))
            case S_IFLNK: throw .damaged(what: "\(root)/\(child) is a symbolic link, which a snapshot cannot hold")
            default: continue
            }
            guard files.count + directories.count < Self.countLimit else {
                throw .damaged(what: "\(root) holds more than \(Self.countLimit) files")
            }
        }
    }
}
