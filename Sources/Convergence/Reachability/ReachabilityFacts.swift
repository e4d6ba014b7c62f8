public import Foundation
public import Resources
public import Routing

/// All that was found out about an endpoint before anything is concluded.
public struct ReachabilityFacts: Sendable {
    public enum Certificate: Sendable, Equatable {
        case validUntil(Date)
        case unreadable(reason: String)
    }

    /// As it was asked for, `host:port`.
    public var endpoint: String
    /// The addresses that the name stands for on this machine; empty when it does not resolve.
    public var addresses: [String]
    /// The route of the endpoint in the gateway's table.
    public var route: Route?
    /// The addresses that endpoints share, at the route's port; empty where the name leads to the endpoint's own.
    public var sharedAddresses: [String]
    /// Whether the gateway's process answers.
    public var gatewayAnswers: Bool
    /// What the gateway says of the route.
    public var listener: GatewayControl.Listener?
    /// Why a connection from this machine failed; nil when it was accepted or not tried.
    public var connectProblem: String?
    /// Where the client comes from, and whether that was given or found.
    public var from: IPAddress?
    public var certificate: Certificate?
    /// The status of the instance (`available`); nil while nobody knows it.
    public var status: String?
    public var now: Date

    public init(
        endpoint: String, addresses: [String], route: Route?, sharedAddresses: [String] = [], gatewayAnswers: Bool,
        listener: GatewayControl.Listener?, connectProblem: String?, from: IPAddress?, certificate: Certificate?,
        status: String?, now: Date
    ) {
        self.endpoint = endpoint
        self.addresses = addresses
        self.route = route
        self.sharedAddresses = sharedAddresses
        self.gatewayAnswers = gatewayAnswers
        self.listener = listener
        self.connectProblem = connectProblem
        self.from = from
        self.certificate = certificate
        self.status = status
        self.now = now
    }
}
