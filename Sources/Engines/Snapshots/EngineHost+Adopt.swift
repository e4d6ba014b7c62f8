import Foundation

extension EngineHost {
    /// Leaves of the copy of an instance's directory what a snapshot of its files would hold. Nothing is on the disk for certain
    /// when it returns. Blocks.
    ///
    /// - Parameters:
    ///   - former: the password of its administrator, kept at `place`.
    ///   - skip: true for a path below `data` that a snapshot leaves out.
    func adopt(_ directory: String, password former: String? = nil, at place: String? = nil, skip: (String) -> Bool) throws {
        if let former, let place {
            try FileSystem.replace(place, with: former, mode: 0o600, durably: false)
        }
        let kept = ["data", place.map(FileSystem.lastComponent)]
        for name in FileSystem.names(in: directory) where !kept.contains(name) {
            try TreeRemoval.remove("\(directory)/\(name)")
        }
        try clean("\(directory)/data", "", depth: 0, skip)
    }

    private func clean(_ root: String, _ path: String, depth: Int, _ skip: (String) -> Bool) throws {
        guard depth < TreeListing.depthLimit else { throw EngineError.damaged(what: "\(root)/\(path) is nested too deeply") }
        for name in FileSystem.names(in: path.isEmpty ? root : "\(root)/\(path)") {
            let child = path.isEmpty ? name : "\(path)/\(name)"
            let place = "\(root)/\(child)"
            guard let found = FileSystem.status(place) else { continue }
            switch found.st_mode & S_IFMT {
            case S_IFDIR where !skip(child): try clean(root, child, depth: depth + 1, skip)
            case S_IFREG where !skip(child): continue
            // No cluster of ours has a link; sockets and pipes were the former server's.
            case S_IFLNK: throw EngineError.damaged(what: "\(place) is a symbolic link, which a snapshot cannot hold")
            default: try TreeRemoval.remove(place)
            }
        }
    }
}
