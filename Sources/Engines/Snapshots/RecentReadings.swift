import Foundation

/// Files that were read to their end a short while ago, and found to be right. As long as nobody has touched them since, reading
/// them once more would mostly compare what is still in memory: a clone right after its snapshot need not wait for that.
struct RecentReadings: Sendable, Equatable {
    /// A file as it was when it was read: whoever writes to it afterwards changes the times, even if he keeps all else.
    struct Identity: Sendable, Equatable {
        var device: UInt64
        var inode: UInt64
        var size: Int64
        /// Seconds and nanoseconds.
        var modified: [Int]
        var changed: [Int]
    }

    /// For how long a reading counts. Bits that rot on the disk meanwhile are found by the next one.
    static let lifetime = Duration.seconds(600)
    static let limit = 256

    private struct Reading: Equatable {
        var identity: Identity
        var at: ContinuousClock.Instant
    }
    private var readings: [String: Reading] = [:]

    var count: Int { readings.count }

    /// - Parameter identity: as it was before the first byte was read.
    mutating func note(_ id: String, _ identity: Identity, at now: ContinuousClock.Instant) {
        readings = readings.filter { Self.isFresh($0.value, now) }
        if readings.count >= Self.limit, let oldest = readings.min(by: { $0.value.at < $1.value.at }) {
            readings[oldest.key] = nil
        }
        readings[id] = Reading(identity: identity, at: now)
    }

    func covers(_ id: String, _ identity: Identity, at now: ContinuousClock.Instant) -> Bool {
        readings[id].map { $0.identity == identity && Self.isFresh($0, now) } ?? false
    }

    mutating func forget(_ id: String) { readings[id] = nil }

    private static func isFresh(_ reading: Reading, _ now: ContinuousClock.Instant) -> Bool {
        now - reading.at < lifetime
    }
}

extension RecentReadings.Identity {
    /// Nil when there is no such file.
    init?(of path: String) {
        guard let found = FileSystem.status(path), found.st_mode & S_IFMT == S_IFREG else { return nil }
        #if canImport(Darwin)
            let (modified, changed) = (found.st_mtimespec, found.st_ctimespec)
        #else
            let (modified, changed) = (found.st_mtim, found.st_ctim)
        #endif
        self.init(
            device: UInt64(found.st_dev), inode: UInt64(found.st_ino), size: Int64(found.st_size),
            modified: [modified.tv_sec, modified.tv_nsec], changed: [changed.tv_sec, changed.tv_nsec])
    }
}
