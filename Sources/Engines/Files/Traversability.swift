import Foundation

/// Whether another user can walk down to a directory: a pure decision from owners and mode bits.
///
/// Access control lists are not looked at; servers run without supplementary groups.
enum Traversability {
    struct Ancestor: Equatable {
        var uid: UInt32
        var gid: UInt32
        /// Permission bits.
        var mode: UInt32
    }

    /// True when `user` may pass through every one of `ancestors`.
    static func allows(_ user: EngineUser, through ancestors: [Ancestor]) -> Bool {
        ancestors.allSatisfy { ancestor in
            if ancestor.uid == user.uid { return ancestor.mode & 0o100 != 0 }
            if ancestor.gid == user.gid { return ancestor.mode & 0o010 != 0 }
            return ancestor.mode & 0o001 != 0
        }
    }

    /// The directories above `path`, and `path` itself, as they are now; missing ones are left out.
    static func ancestors(of path: String) -> [Ancestor] {
        var ancestors: [Ancestor] = []
        var current = FileSystem.resolved(path) ?? path
        while true {
            if let found = FileSystem.status(current) {
                ancestors.append(Ancestor(uid: found.st_uid, gid: found.st_gid, mode: found.st_mode & 0o7777))
            }
            if current == "/" || current.isEmpty { return ancestors }
            current = FileSystem.parent(current)
        }
    }
}
