internal import ArgumentParser
internal import Foundation

/// `--gateway-listen`: `HOST:PORT[,HOST:PORT…]`, numeric addresses of this machine.
struct SharedAddresses: ExpressibleByArgument, Sendable, Equatable {
    var addresses: [ListenAddress]

    init(_ addresses: [ListenAddress] = []) { self.addresses = addresses }

    init?(argument: String) {
        let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
        addresses = parts.compactMap { ListenAddress(argument: $0.trimmingCharacters(in: .whitespaces)) }
        guard addresses.count == parts.count, addresses.count <= 32 else { return nil }
    }

    var ports: Set<Int> { Set(addresses.map(\.port)) }

    /// Why they cannot be used; nil when they can.
    var problem: String? {
        for (index, one) in addresses.enumerated() {
            guard let isWildcard = Self.isWildcard(one.host) else {
                return "--gateway-listen takes numeric addresses; \(one.host) is none."
            }
            // Endpoints listen on loopback addresses of their own, with the same port: no socket can have all addresses as well.
            guard !isWildcard else {
                return "--gateway-listen takes addresses of this machine, e.g. 192.0.2.10:5432, and not \(one.host)."
            }
            guard (1150...65_535).contains(one.port) else {
                return "--gateway-listen takes ports that an instance can have, 1150 to 65535; \(one.port) is none."
            }
            guard !addresses[..<index].contains(one) else { return "--gateway-listen has \(one) twice." }
        }
        return nil
    }

    /// nil when it is no address.
    private static func isWildcard(_ text: String) -> Bool? {
        var four = in_addr()
        var six = in6_addr()
        if inet_pton(AF_INET, text, &four) == 1 { return four.s_addr == 0 }
        if inet_pton(AF_INET6, text, &six) == 1 { return withUnsafeBytes(of: &six) { $0.allSatisfy { $0 == 0 } } }
        return nil
    }
}
