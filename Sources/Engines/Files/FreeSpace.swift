import Foundation

/// Room for a new cluster.
enum FreeSpace {
    /// A new cluster takes about 40 MB, and its first write-ahead log as much again.
    static let neededBytes = 256 << 20

    /// What copies leave free for the databases that are at work.
    static let reserveBytes = 64 << 20

    /// - Throws: `EngineError.diskFull` when files of `bytes` cannot be copied to `directory`. Where blocks are shared they can.
    static func check(copying bytes: Int64, _ file: String?, to directory: String) throws(EngineError) {
        if let file, try FileCopy.canShare(file, with: directory) { return }
        var found = statvfs()
        try system("statvfs \(directory)") { statvfs(directory, &found) }
        let freeBytes = Int64(clamping: UInt64(found.f_bavail) * UInt64(found.f_frsize))
        guard freeBytes < bytes + Int64(reserveBytes) else { return }
        throw .diskFull(what: "\(directory) has \(freeBytes >> 20) MiB free, the copy needs \(bytes >> 20) MiB")
    }

    /// - Throws: `EngineError.diskFull` when less than `neededBytes` is free for us at `path`.
    static func check(at path: String, neededBytes: Int = neededBytes) throws(EngineError) {
        var found = statvfs()
        try system("statvfs \(path)") { statvfs(path, &found) }
        let freeBytes = Int(clamping: UInt64(found.f_bavail) * UInt64(found.f_frsize))
        guard freeBytes < neededBytes else { return }
        throw .diskFull(what: "\(path) has \(freeBytes >> 20) MiB free, a new cluster needs \(neededBytes >> 20) MiB")
    }
}
