internal import Foundation
internal import Resources
internal import Routing

/// Whether an endpoint can be reached, layer by layer. Pure: `martlet why` looks, this concludes.
public struct Reachability: Codable, Sendable, Equatable {
    public struct Layer: Codable, Sendable, Equatable {
        public enum Name: String, Codable, Sendable { case name, listener, group, tls, login }

        public var layer: Name
        public var passes: Bool
        public var finding: String
        /// What to do about it.
        public var advice: String?
    }

    public var endpoint: String
    /// The client's address.
    public var from: String?
    public var layers: [Layer]
    public var reachable: Bool

    public init(_ facts: ReachabilityFacts) {
        endpoint = facts.endpoint
        from = facts.from?.description
        layers = [Self.name(facts), Self.listener(facts), Self.group(facts), Self.tls(facts), Self.login(facts)]
        reachable = layers.allSatisfy(\.passes)
    }

    private static func name(_ facts: ReachabilityFacts) -> Layer {
        let list = facts.addresses.joined(separator: ", ")
        guard !facts.addresses.isEmpty else {
            return Layer(
                layer: .name, passes: false, finding: "\(facts.endpoint) does not resolve on this machine",
                advice: "Take the name from aws rds describe-db-instances. Only a root's serve can keep names in the hosts file.")
        }
        guard let route = facts.route else {
            return Layer(
                layer: .name, passes: false, finding: "\(list) is no endpoint of this Martlet that has been opened",
                advice: "martlet status shows the endpoints there are.")
        }
        if let shared = facts.addresses.first(where: facts.sharedAddresses.contains) {
            return Layer(
                layer: .name, passes: true, finding: "resolves to \(shared), which endpoints share",
                advice: "Clients need sslmode=require or stronger: the server name of TLS decides.")
        }
        guard facts.addresses.contains(route.address) else {
            return Layer(
                layer: .name, passes: false, finding: "resolves to \(list), but the endpoint is at \(route.address)",
                advice: "Correct the name service, or connect to \(route.address):\(route.port).")
        }
        return Layer(layer: .name, passes: true, finding: "resolves to \(route.address)")
    }

    private static func listener(_ facts: ReachabilityFacts) -> Layer {
        func bad(_ finding: String, _ advice: String) -> Layer {
            Layer(layer: .listener, passes: false, finding: finding, advice: advice)
        }
        guard facts.gatewayAnswers else {
            return bad("the gateway is not running", "martlet serve starts it and keeps it running.")
        }
        guard let route = facts.route, let listener = facts.listener else {
            return bad("the gateway has no such endpoint", "Is the instance running? martlet status")
        }
        guard listener.listening else {
            return bad(
                "the gateway cannot listen on \(route.address):\(route.port): \(listener.problem ?? "it does not say why")",
                "Free the address and port.")
        }
        guard route.gate == .open else {
            return bad(
                "clients wait at the gate while the server restarts",
                "They are let in as soon as it answers; at most "
                    + "\(route.holdTimeoutMs / 1_000) s.")
        }
        if let problem = facts.connectProblem {
            return bad("no connection from this machine: \(problem)", "Look at the gateway's log.")
        }
        return Layer(
            layer: .listener, passes: true,
            finding: "the gateway listens on \(route.address):\(route.port), \(listener.connections) clients connected")
    }

    private static func group(_ facts: ReachabilityFacts) -> Layer {
        guard let route = facts.route else {
            return Layer(layer: .group, passes: false, finding: "unknown, since there is no endpoint")
        }
        guard let access = route.access else {
            return Layer(layer: .group, passes: true, finding: "the gateway has no rules for this endpoint and admits everybody")
        }
        guard let from = facts.from else {
            return Layer(
                layer: .group, passes: false, finding: "the client's address is not known", advice: "Give it with --from ADDRESS."
            )
        }
        let groups = access.groups.joined(separator: ", ")
        guard let rule = access.rule(admitting: from) else {
            return Layer(
                layer: .group, passes: false,
                finding: "no rule of \(groups) admits \(from) to port \(route.port); the client "
                    + (access.refusal == .diagnose ? "is told so" : "gets no answer"),
                advice: access.commandThatAdmits(from, port: route.port))
        }
        return Layer(
            layer: .group, passes: true,
            finding: "\(rule.id) of \(rule.group) admits \(from) (\(rule.blocks.joined(separator: ", ")))")
    }

    private static func tls(_ facts: ReachabilityFacts) -> Layer {
        guard let route = facts.route else {
            return Layer(layer: .tls, passes: false, finding: "unknown, since there is no endpoint")
        }
        guard let tls = route.tls else {
            return Layer(layer: .tls, passes: true, finding: "not offered; clients that insist on it (sslmode=require) fail")
        }
        let wish = tls.isRequired ? "required" : "offered"
        switch facts.certificate {
        case .validUntil(let end) where end > facts.now:
            let advice = tls.isRequired ? "martlet ca prints the bundle for sslmode=verify-full." : nil
            return Layer(
                layer: .tls, passes: true, finding: "\(wish), certificate valid until \(end.formatted(.iso8601))", advice: advice)
        case .validUntil(let end):
            return Layer(
                layer: .tls, passes: false, finding: "\(wish), but the certificate expired on \(end.formatted(.iso8601))",
                advice: "martlet serve renews certificates: is it running?")
        case .unreadable(let reason):
            return Layer(layer: .tls, passes: false, finding: "\(wish), but the certificate cannot be read: \(reason)")
        case nil: return Layer(layer: .tls, passes: false, finding: "\(wish), but nothing is known of the certificate")
        }
    }

    private static func login(_ facts: ReachabilityFacts) -> Layer {
        let iam = facts.route?.iam == nil ? "by password" : "by password, or by IAM token for roles granted rds_iam"
        switch facts.status {
        case "available"?: return Layer(layer: .login, passes: true, finding: "the server answers; login \(iam)")
        case let status?:
            return Layer(
                layer: .login, passes: servesClients(status), finding: "the instance is \(status); login \(iam)",
                advice: servesClients(status) ? nil : "martlet status shows what is being done about it.")
        case nil:
            return Layer(
                layer: .login, passes: false, finding: "nothing is known of the server", advice: "Is martlet serve running?")
        }
    }

    /// The statuses in which the server goes on answering.
    private static func servesClients(_ status: String) -> Bool {
        ["available", "backing-up", "modifying", "renaming", "resetting-master-credentials"].contains(status)
    }
}
