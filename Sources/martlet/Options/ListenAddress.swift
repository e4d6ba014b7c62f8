internal import ArgumentParser

/// `HOST:PORT`, `[::1]:PORT`, or a port alone on 127.0.0.1.
struct ListenAddress: ExpressibleByArgument, Sendable, Equatable, CustomStringConvertible {
    var host: String
    var port: Int

    init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    init?(argument: String) {
        var host = "127.0.0.1"
        var digits = argument[...]
        if let colon = argument.lastIndex(of: ":") {
            host = String(argument[..<colon])
            digits = argument[argument.index(after: colon)...]
        }
        if host.hasPrefix("["), host.hasSuffix("]") { host = String(host.dropFirst().dropLast()) }
        guard let port = Int(digits), (0...65_535).contains(port), !host.isEmpty else { return nil }
        self.host = host
        self.port = port
    }

    var description: String { "\(host.contains(":") ? "[\(host)]" : host):\(port)" }

    /// Where clients on this machine reach it: an address that stands for all is replaced by loopback.
    func url(port actual: Int, scheme: String = "http") -> String {
        let reachable = host == "0.0.0.0" ? "127.0.0.1" : host == "::" ? "::1" : host
        return "\(scheme)://\(reachable.contains(":") ? "[\(reachable)]" : reachable):\(actual)"
    }
}
