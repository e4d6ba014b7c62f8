internal import Convergence
internal import Engines
internal import Foundation
internal import Logging
internal import Routing

/// How this program starts itself as the gateway.
struct GatewayLaunch: Sendable {
    let directory: DataDirectory
    let logs: LogOptions
    let relay: RelayOptions

    var hands: GatewaySupervisor.Hands {
        GatewaySupervisor.Hands(start: start, end: { pid in await ServerProcesses.end(of: pid) })
    }

    private func start() async throws {
        try ServerProcesses.startDetached(
            program: Self.program,
            arguments: [
                "gateway", "--data-dir", directory.path, "--log-format", logs.logFormat.rawValue, "--log-level",
                logs.logLevel.rawValue, "--relay", try relay.relay().rawValue,
            ],
            variables: ["SWIFT_BACKTRACE=\(Self.crashReport)"], log: directory.gateway + "/gateway.log")
    }

    /// A gateway that crashes holds its clients until its report is written, and only then ends and is replaced: 4.4 s with
    /// names of functions, 0.1 s with addresses and the build IDs that they belong to. `SWIFT_BACKTRACE` of `serve` comes first.
    private static var crashReport: String {
        ProcessInfo.processInfo.environment["SWIFT_BACKTRACE"]
            ?? "enable=yes,interactive=no,color=no,threads=crashed,symbolicate=off,registers=none,images=mentioned"
    }

    /// This very program, by its full path: it may have been replaced since, and then the new one is started.
    private static let program: String = {
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
        return own.hasSuffix(" (deleted)") ? String(own.dropLast(" (deleted)".count)) : own
    }()
}
