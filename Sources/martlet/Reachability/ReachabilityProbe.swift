internal import Certificates
internal import Convergence
internal import Foundation
internal import PrivateFiles
internal import Resources
internal import Routing

/// Looks at everything on the way to an endpoint. Changes nothing.
struct ReachabilityProbe {
    let directory: DataDirectory
    let report: StatusReport

    /// - Parameters:
    ///   - endpoint: `host:port`, a host, an address, or a DB instance identifier.
    ///   - from: the client's address; nil for a client on this machine.
    func facts(_ endpoint: String, from: IPAddress?) async throws -> ReachabilityFacts {
        let (host, port) = try place(endpoint)
        let addresses = Sockets.addresses(of: host)
        let table = try PrivateFile.read(RoutingTable.self, from: directory.gateway + "/routes.json") ?? RoutingTable()
        let route = Self.route(table.routes, host: host, port: port, addresses)
        let shared = (table.sharedListeners ?? []).filter { route?.serverName != nil && $0.port == route?.port }
        // A gateway that does not answer is a finding.
        let gateway = await GatewayControlClient(directory: directory.path).reportIfRunning()
        let listener = gateway?.listeners.first { $0.id == route?.id }
        let isLocal = from == nil
        return ReachabilityFacts(
            endpoint: endpoint, addresses: addresses, route: route, sharedAddresses: shared.map(\.address),
            gatewayAnswers: gateway != nil, listener: listener,
            connectProblem: isLocal && listener?.listening == true
                ? route.flatMap { Sockets.connectProblem($0.address, port: $0.port) } : nil,
            from: from ?? route.flatMap { Sockets.source(towards: $0.address, port: $0.port) },
            certificate: route?.tls.map(Self.certificate),
            status: report.instances.first { $0.address != nil && $0.address == route?.address }?.status, now: Date())
    }

    /// An identifier stands for its instance's endpoint.
    private func place(_ endpoint: String) throws -> (host: String, port: Int?) {
        let text =
            report.instances.first { $0.identifier == endpoint.lowercased() }.map { $0.endpoint ?? $0.identifier } ?? endpoint
        if IPAddress(text) != nil { return (text, nil) }
        guard let colon = text.lastIndex(of: ":") else { return (text, nil) }
        var host = String(text[..<colon])
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        guard let port = Int(text[text.index(after: colon)...]), (1...65_535).contains(port), !host.isEmpty else {
            throw InstallationError("\(endpoint) is not an endpoint: HOST:PORT, a host, an address or a DB instance identifier")
        }
        return (host, port)
    }

    private static func route(_ routes: [Route], host: String, port: Int?, _ addresses: [String]) -> Route? {
        let matching = routes.filter { port == nil || $0.port == port }
        return matching.first { $0.name.lowercased() == host.lowercased() } ?? matching.first { addresses.contains($0.address) }
    }

    private static func certificate(_ tls: Route.TLS) -> ReachabilityFacts.Certificate {
        do {
            return .validUntil(try CertificateFile.validTill(tls.certificateFile))
        } catch {
            return .unreadable(reason: "\(error)")
        }
    }
}
