import Foundation

/// Room for a new cluster.
enum FreeSpace {
    /// A new cluster takes about 40 MB, and its first write-ahead log as much again.
    static let neededBytes = 256 << 20

    /// - Throws: `EngineError.diskFull` when less than `neededBytes` is free for us at `path`.
    static func check(at path: String, neededBytes: Int = neededBytes) throws(EngineError) {
        var found = statvfs()
        try system("statvfs \(path)") { statvfs(path, &found) }
        let freeBytes = Int(clamping: UInt64(found.f_bavail) * UInt64(found.f_frsize))
        guard freeBytes < neededBytes else { return }
        throw .diskFull(what: "\(path) has \(freeBytes >> 20) MiB free, a new cluster needs \(neededBytes >> 20) MiB")
    }
}
