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
            log: directory.gateway + "/gateway.log")
    }

    /// This very program, by its full path: it may have been replaced since, and then the new one is started.
    private static let program: String = {
        let own = (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
        return own.hasSuffix(" (deleted)") ? String(own.dropLast(" (deleted)".count)) : own
    }()
}
