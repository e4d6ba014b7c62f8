import CMartlet
import Foundation
import Synchronization

/// Runs a short-lived program to its end and keeps what it printed.
enum ToolRun {
    /// No tool of ours says more that matters, in bytes.
    static let outputLimit = 64 << 10

    /// Runs without blocking the caller; the tool ends when the task is cancelled.
    ///
    /// - Returns: standard output and error together.
    /// - Throws: `EngineError.system` with the output when the exit status is not 0.
    static func run(_ launch: ProcessLaunch, limit: Duration, outputLimit: Int = outputLimit) async throws -> String {
        let cancelled = CancelFlag()
        return try await withTaskCancellationHandler {
            try await BlockingPool.shared.run {
                try runBlocking(launch, limit: limit, outputLimit: outputLimit) { cancelled.isSet }
            }
        } onCancel: {
            cancelled.set()
        }
    }

    static func runBlocking(
        _ launch: ProcessLaunch, limit: Duration, outputLimit: Int = outputLimit, isCancelled: () -> Bool = { false }
    ) throws -> String {
        var ends: [Int32] = [0, 0]
        try system("pipe") { martlet_pipe(&ends) }
        let reading = Descriptor(owning: ends[0])
        let pid: Int32
        do {
            let writing = Descriptor(owning: ends[1])
            pid = try launch.spawn(output: writing)
        }
        let deadline = ContinuousClock.now + limit
        let (output, finished) = drain(reading, until: deadline, outputLimit, isCancelled)
        if !finished { killpg(pid, SIGKILL) }
        var status: Int32 = 0
        try system("wait for \(launch.program)") { waitpid(pid, &status, 0) }
        if isCancelled() { throw CancellationError() }
        let name = FileSystem.lastComponent(launch.program)
        guard finished else { throw EngineError.timedOut(what: name, seconds: Int(limit.components.seconds)) }
        guard status == 0 else { throw failure(of: name, output) }
        return output
    }

    private static func failure(of name: String, _ output: String) -> EngineError {
        if output.contains("No space left on device") { return .diskFull(what: name) }
        return .system(what: name, reason: output.trimmingCharacters(in: .whitespacesAndNewlines))
    }

    /// Reads until the last writer has closed its end.
    private static func drain(
        _ pipe: Descriptor, until deadline: ContinuousClock.Instant, _ outputLimit: Int, _ isCancelled: () -> Bool
    ) -> (output: String, finished: Bool) {
        var output: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 64 << 10)
        // Whoever was kept from looking until the deadline finds what is there nevertheless: its words, and its end.
        var lateLooks = 0
        while lateLooks < 4, !isCancelled() {
            if ContinuousClock.now >= deadline { lateLooks += 1 }
            var waiting = pollfd(fd: pipe.number, events: Int16(POLLIN), revents: 0)
            guard poll(&waiting, 1, lateLooks > 0 ? 0 : 50) > 0 else { continue }
            let count = read(pipe.number, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            if count <= 0 { return (String(decoding: output, as: UTF8.self), true) }
            output.append(contentsOf: buffer[..<min(count, outputLimit - output.count)])
        }
        return (String(decoding: output, as: UTF8.self), false)
    }
}

private final class CancelFlag: Sendable {
    private let flag = Atomic(false)
    var isSet: Bool { flag.load(ordering: .relaxed) }
    func set() { flag.store(true, ordering: .relaxed) }
}
