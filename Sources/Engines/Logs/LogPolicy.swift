/// How the log files of one server are kept: a value, from which convergence decides what to turn over and what to delete.
public struct LogPolicy: Sendable, Equatable {
    /// A log that the server writes.
    public enum Stream: Sendable, Equatable {
        /// The server names the files after the hour itself and goes on to the next; the latest name is the one it writes.
        case dated(prefix: String)
        /// One name. Turned over by renaming, each hour and when it is too large.
        case hourly(String)
        /// One name, which the server or its start turns over.
        case own(String)
    }

    public var streams: [Stream]
    /// Files that are not written to any more are deleted this long after their last line.
    public var retentionSeconds: Double
    /// All files together; the oldest go first.
    public var totalBytes: Int64
    /// A file is turned over from this size on.
    public var fileBytes: Int64

    public init(streams: [Stream], retentionSeconds: Double, totalBytes: Int64) {
        self.streams = streams
        self.retentionSeconds = retentionSeconds
        self.totalBytes = totalBytes
        fileBytes = min(256 << 20, totalBytes / 4)
    }
}
