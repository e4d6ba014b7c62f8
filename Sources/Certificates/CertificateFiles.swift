internal import Foundation
internal import PrivateFiles

/// Files replaced whole or not at all, and directories that only we may enter; errors are those of certificates.
enum CertificateFiles {
    /// Mode 0600; durable when it returns.
    static func write(_ text: String, to path: String) throws(CertificateError) {
        do { try PrivateFile.replace(path, with: text.utf8) } catch { throw .system(what: error.what, reason: error.reason) }
    }

    /// Makes it and its parents, 0700; one that is there keeps its mode.
    static func makeDirectory(_ path: String) throws(CertificateError) {
        var found = stat()
        if stat(path, &found) == 0, found.st_mode & S_IFMT == S_IFDIR { return }
        if path.contains("/"), path != "/" { try makeDirectory(parent(of: path)) }
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else { throw failure("make \(path)") }
    }

    static func syncDirectory(_ path: String) throws(CertificateError) {
        do { try PrivateFile.synchronizeDirectory(path) } catch { throw .system(what: error.what, reason: error.reason) }
    }

    /// Nothing happens when it is not there.
    static func remove(_ path: String) throws(CertificateError) {
        guard access(path, F_OK) == 0 else { return }
        do { try FileManager.default.removeItem(atPath: path) } catch {
            throw CertificateError.system(what: "remove \(path)", reason: "\(error.localizedDescription)")
        }
    }

    static func names(in path: String) throws(CertificateError) -> [String] {
        guard access(path, F_OK) == 0 else { return [] }
        do { return try FileManager.default.contentsOfDirectory(atPath: path).sorted() } catch {
            throw CertificateError.system(what: "read \(path)", reason: "\(error.localizedDescription)")
        }
    }

    static func failure(_ what: String) -> CertificateError {
        .system(what: what, reason: String(cString: strerror(errno)))
    }

    private static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/"), slash > path.startIndex else { return "/" }
        return String(path[..<slash])
    }
}

/// Tells one content of a file or directory from a later one.
struct FileStamp: Sendable, Equatable {
    private var inode: UInt64
    private var size: Int64
    private var seconds: Int
    private var nanoseconds: Int

    /// Nil when there is nothing at that path.
    init?(_ path: String) {
        var found = stat()
        guard stat(path, &found) == 0 else { return nil }
        inode = UInt64(found.st_ino)
        size = Int64(found.st_size)
        #if canImport(Glibc)
            seconds = found.st_mtim.tv_sec
            nanoseconds = found.st_mtim.tv_nsec
        #else
            seconds = found.st_mtimespec.tv_sec
            nanoseconds = found.st_mtimespec.tv_nsec
        #endif
    }
}
