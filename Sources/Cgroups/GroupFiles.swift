import Foundation

/// The few calls that groups take: their directories and small files.
enum GroupFiles {
    /// Nil when it cannot be read: its group is gone, or the kernel has no such file.
    static func read(_ path: String) -> String? {
        let file = open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        // A group's list of processes may be long; nothing else here is.
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        while bytes.count < 8 << 20 {
            let count = Foundation.read(file, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            if count < 0 { return nil }
            if count == 0 { break }
            bytes.append(contentsOf: buffer[..<count])
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// One value is one call, as the kernel demands.
    static func write(_ path: String, _ value: String) throws(CgroupError) {
        let file = open(path, O_WRONLY | O_CLOEXEC)
        guard file >= 0 else { throw CgroupError("open \(path)", code: errno) }
        defer { close(file) }
        let bytes = Array(value.utf8)
        while Foundation.write(file, bytes, bytes.count) < 0 {
            if errno != EINTR { throw CgroupError("write \(value) to \(path)", code: errno) }
        }
    }

    static func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

    /// Makes a group; one that is there stays as it is.
    static func make(_ path: String) throws(CgroupError) {
        if mkdir(path, 0o755) != 0, errno != EEXIST { throw CgroupError("make the group \(path)", code: errno) }
    }

    /// Removes a group without processes. One that is not there is as good.
    static func remove(_ path: String) throws(CgroupError) {
        // A process that has just ended is still in it for a moment.
        var pauseMicroseconds: UInt32 = 500
        while rmdir(path) != 0 {
            let code = errno
            if code == ENOENT { return }
            guard code == EBUSY, pauseMicroseconds <= 256_000 else { throw CgroupError("remove the group \(path)", code: code) }
            usleep(pauseMicroseconds)
            pauseMicroseconds *= 2
        }
    }

    /// The groups in a group.
    static func names(in path: String) -> [String] {
        guard let stream = opendir(path) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            guard entry.pointee.d_type == UInt8(DT_DIR) else { continue }
            let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }
}
