internal import CMartlet
internal import Foundation

/// Copies directory trees between file systems, owners and modes included. Links are copied as links, never followed.
public enum VolumeContent {
    private static let depthLimit = 64

    /// Puts everything that is in `source` into the directory `target`.
    ///
    /// - Throws: `VolumeError`
    public static func copy(of source: String, into target: String) throws {
        try copyContent(of: OpenFile.directory(source), into: OpenFile.directory(target), source, depth: 0)
    }

    /// Copies one file to a name that is free, its holes left out. On the disk when it returns.
    ///
    /// - Throws: `VolumeError`
    public static func copyFile(_ source: String, to target: String) throws {
        let from = try OpenFile(source, O_RDONLY | O_NOFOLLOW)
        let to = try OpenFile(target, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW, mode: 0o600)
        try attempt("copy \(source)") { martlet_copy_sparsely(from.number, to.number) }
        try posix("fsync \(target)") { fsync(to.number) }
    }

    private static func copyContent(of source: OpenFile, into target: OpenFile, _ path: String, depth: Int) throws {
        guard depth < depthLimit else { throw VolumeError.damaged("\(path) is nested too deeply to be copied") }
        for name in try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd/\(source.number)") {
            var found = stat()
            try posix("look at \(path)/\(name)") { fstatat(source.number, name, &found, AT_SYMLINK_NOFOLLOW) }
            switch found.st_mode & S_IFMT {
            case S_IFDIR: try copyDirectory(name, found, source, target, path, depth)
            case S_IFREG: try copyFile(name, found, source, target, path)
            case S_IFLNK: try copyLink(name, source, target, path)
            // Sockets and pipes are their server's, and made anew.
            default: continue
            }
        }
    }

    private static func copyDirectory(
        _ name: String, _ found: stat, _ source: OpenFile, _ target: OpenFile, _ path: String, _ depth: Int
    ) throws {
        if mkdirat(target.number, name, 0o700) != 0, errno != EEXIST { throw VolumeError.system("make \(path)/\(name)", errno) }
        let flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
        let inner = OpenFile(owning: try posix("open \(path)/\(name)") { openat(source.number, name, flags) })
        let made = OpenFile(owning: try posix("open \(path)/\(name)") { openat(target.number, name, flags) })
        try copyContent(of: inner, into: made, "\(path)/\(name)", depth: depth + 1)
        try own(made, found, path)
    }

    private static func copyFile(_ name: String, _ found: stat, _ source: OpenFile, _ target: OpenFile, _ path: String) throws {
        let inner = OpenFile(
            owning: try posix("open \(path)/\(name)") { openat(source.number, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC) })
        let flags = O_RDWR | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC
        let made = OpenFile(owning: try posix("make \(path)/\(name)") { openat(target.number, name, flags, 0o600) })
        try attempt("copy \(path)/\(name)") { martlet_copy_sparsely(inner.number, made.number) }
        try own(made, found, path)
    }

    private static func copyLink(_ name: String, _ source: OpenFile, _ target: OpenFile, _ path: String) throws {
        var bytes = [CChar](repeating: 0, count: 4097)
        try posix("read the link \(path)/\(name)") { Int32(readlinkat(source.number, name, &bytes, 4096)) }
        if symlinkat(bytes, target.number, name) != 0, errno != EEXIST { throw VolumeError.system("link \(path)/\(name)", errno) }
    }

    private static func own(_ made: OpenFile, _ found: stat, _ path: String) throws {
        try posix("chown in \(path)") { fchown(made.number, found.st_uid, found.st_gid) }
        try posix("chmod in \(path)") { fchmod(made.number, found.st_mode & 0o7777) }
    }
}
