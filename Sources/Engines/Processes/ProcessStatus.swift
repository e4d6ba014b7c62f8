import Foundation

/// What `/proc/PID/stat` tells (proc(5)).
struct ProcessStatus: Equatable {
    /// `R`, `S`, `Z` …
    var state: Character
    var parent: Int32
    var session: Int32
    /// Clock ticks between boot and start.
    var startTicks: UInt64

    /// True for a process that has ended but not been collected by its parent.
    var hasEnded: Bool { state == "Z" || state == "X" }

    /// Nil unless `text` is a whole line of `/proc/PID/stat`. The command name may hold anything, parentheses included.
    init?(_ text: String) {
        guard let close = text.lastIndex(of: ")") else { return nil }
        let fields = text[text.index(after: close)...].split(separator: " ")
        guard fields.count >= 20, let state = fields[0].first, let parent = Int32(fields[1]),
            let session = Int32(fields[3]), let ticks = UInt64(fields[19])
        else { return nil }
        self.state = state
        self.parent = parent
        self.session = session
        self.startTicks = ticks
    }

    static func of(_ pid: Int32) -> ProcessStatus? {
        FileSystem.read("/proc/\(pid)/stat", limit: 4096).flatMap(ProcessStatus.init)
    }
}

/// When this machine was started, in seconds since the epoch. Read once, so that a corrected clock changes no identity; and not
/// from `/proc/stat`, which has whole seconds: every process would seem up to a second older than it is.
enum BootTime {
    /// Who is kept waiting between the two readings gets too little, and takes every process for older than it is.
    static let seconds: Double = (0..<8).map { _ in now(CLOCK_REALTIME) - now(CLOCK_BOOTTIME) }.max() ?? 0
    static let ticksPerSecond = Double(sysconf(Int32(_SC_CLK_TCK)))

    private static func now(_ clock: clockid_t) -> Double {
        var time = timespec()
        clock_gettime(clock, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
    }
}

extension ProcessIdentity {
    /// The process that has this number now; nil when there is none, or only its remains.
    public static func of(_ pid: Int32) -> ProcessIdentity? {
        guard pid > 0, let status = ProcessStatus.of(pid), !status.hasEnded else { return nil }
        return ProcessIdentity(
            pid: pid, startedAt: BootTime.seconds + Double(status.startTicks) / BootTime.ticksPerSecond)
    }

    /// True while this very process runs.
    var isRunning: Bool { ProcessIdentity.of(pid) == self }

    /// The file name of the program it runs, whether or not that file has been replaced since.
    var programName: String? {
        FileSystem.target(ofLink: "/proc/\(pid)/exe").map {
            FileSystem.lastComponent($0.hasSuffix(" (deleted)") ? String($0.dropLast(10)) : $0)
        }
    }
}
