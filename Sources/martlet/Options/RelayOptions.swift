internal import ArgumentParser
internal import Foundation
internal import Routing

/// `--relay`, or `MARTLET_RELAY`: for comparisons, and for whoever does not trust io_uring. Hidden, because the best there is
/// gets used without being asked for.
struct RelayOptions: ParsableArguments {
    @Option(
        name: .customLong("relay"),
        help: ArgumentHelp(
            "How a gateway that is started moves bytes: io_uring, where the system has it, or epoll. Default: $MARTLET_RELAY, "
                + "or io_uring.", visibility: .hidden))
    var given: Kind?

    enum Kind: String, ExpressibleByArgument, CaseIterable {
        case ring = "io_uring"
        case epoll
    }

    func relay(_ environment: [String: String] = ProcessInfo.processInfo.environment) throws -> GatewayControl.Relay {
        if let given { return given == .ring ? .ring : .epoll }
        guard let word = environment["MARTLET_RELAY"], !word.isEmpty else { return .ring }
        guard let relay = GatewayControl.Relay(rawValue: word) else {
            throw ValidationError("MARTLET_RELAY is \(word); it can be io_uring or epoll.")
        }
        return relay
    }
}
