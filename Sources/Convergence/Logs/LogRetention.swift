public import Engines
public import Foundation
public import Resources

/// What to do about the log files of one server.
public enum LogAction: Sendable, Equatable {
    /// Gives the file that the server writes to another name.
    case turnOver(String, to: String)
    /// Makes the server go on in a new file.
    case reopen
    case delete(String)
}

/// Which log files are turned over and which are deleted: pure, the same answer for the same input.
public enum LogRetention {
    /// - Parameter lastLook: when this was last asked about the server; nil after a start of the control plane. Whether an
    ///   hour has ended meanwhile follows from it.
    public static func actions(_ files: [DBLogFile], _ policy: LogPolicy, now: Date, lastLook: Date?) -> [LogAction] {
        let streams = policy.streams.map { Stream($0, files) }
        let turns = streams.compactMap { $0.turn(files, policy, now: now, lastLook: lastLook) }
        let needsReopening = !turns.isEmpty || streams.contains(where: \.isOrphaned)
        let written = Set(streams.compactMap(\.current?.id))
        return turns + (needsReopening ? [.reopen] : []) + deletions(files, written, policy, now: now).map { .delete($0.name) }
    }

    /// Never a file that a server writes to: what it wrote there later would be lost unseen.
    private static func deletions(
        _ files: [DBLogFile], _ written: Set<UInt64>, _ policy: LogPolicy, now: Date
    ) -> [DBLogFile] {
        let finished = files.filter { !written.contains($0.id) }.sorted {
            ($0.lastWrittenMs, LogFileName($0.name)) < ($1.lastWrittenMs, LogFileName($1.name))
        }
        let oldest = Int64((now.timeIntervalSince1970 - policy.retentionSeconds) * 1000)
        var total = files.reduce(0) { $0 + $1.sizeBytes }
        return finished.filter { file in
            guard file.lastWrittenMs < oldest || total > policy.totalBytes else { return false }
            total -= file.sizeBytes
            return true
        }
    }
}

/// A stream of a policy, with the files that it has left.
private struct Stream {
    let kind: LogPolicy.Stream
    /// The file that the server writes to: the newest.
    let current: DBLogFile?

    init(_ kind: LogPolicy.Stream, _ files: [DBLogFile]) {
        self.kind = kind
        let newest = files.filter { Self.belongs($0, to: kind) }.max { LogFileName($0.name) < LogFileName($1.name) }
        current = newest
    }

    private static func belongs(_ file: DBLogFile, to kind: LogPolicy.Stream) -> Bool {
        switch kind {
        case .dated(let prefix): file.name.hasPrefix(prefix)
        case .hourly(let stem), .own(let stem): LogFileName(file.name).stem == stem
        }
    }

    /// The newest file has been renamed, and the server was not told: it writes to it still.
    var isOrphaned: Bool {
        guard let current, LogFileName(current.name).isTurnedOver else { return false }
        if case .own = kind { return false }
        return true
    }

    func turn(_ files: [DBLogFile], _ policy: LogPolicy, now: Date, lastLook: Date?) -> LogAction? {
        guard let current, current.sizeBytes > 0, !isOrphaned else { return nil }
        let name: LogFileName
        switch kind {
        case .own: return nil
        case .dated:
            guard current.sizeBytes >= policy.fileBytes else { return nil }
            name = LogFileName(stem: current.name, hour: "", number: 1)
        case .hourly:
            guard current.sizeBytes >= policy.fileBytes || Self.hourEnded(current, now: now, lastLook: lastLook) else {
                return nil
            }
            name = LogFileName(stem: current.name, hour: Self.hour(now), number: 0)
        }
        return .turnOver(current.name, to: Self.free(name, Set(files.map(\.name))))
    }

    private static func free(_ wanted: LogFileName, _ taken: Set<String>) -> String {
        var name = wanted
        while taken.contains(name.text) { name.number += 1 }
        return name.text
    }

    /// All that is in it is of former hours, or an hour has ended since the last look.
    private static func hourEnded(_ file: DBLogFile, now: Date, lastLook: Date?) -> Bool {
        let begun = (now.timeIntervalSince1970 / 3600).rounded(.down) * 3600
        return Double(file.lastWrittenMs) / 1000 < begun || (lastLook.map { $0.timeIntervalSince1970 < begun } ?? false)
    }

    /// `2026-11-21.02`
    private static func hour(_ date: Date) -> String {
        let text = date.formatted(Date.ISO8601FormatStyle())
        return "\(text.prefix(10)).\(text.dropFirst(11).prefix(2))"
    }
}
