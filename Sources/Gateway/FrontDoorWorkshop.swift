import AWSWire
import Logging
import Routing

/// Makes the routes' doors ready: compiles rules, loads certificates and access keys. What did not change is used again.
struct FrontDoorWorkshop {
    private struct Loaded {
        var tls: Route.TLS
        var context: TLSContext
    }

    private let logger: Logger
    private var loaded: [String: Loaded] = [:]
    /// By route: why its door is not as the table wants it.
    private(set) var problems: [String: String] = [:]

    init(logger: Logger) { self.logger = logger }

    mutating func prepare(_ table: RoutingTable) -> [PreparedRoute] {
        let known = Set(table.routes.map(\.id))
        loaded = loaded.filter { known.contains($0.key) }
        problems.removeAll()
        return table.routes.map { route in
            PreparedRoute(
                route: route, door: FrontDoor(access: access(of: route), tls: tls(of: route), iam: iam(of: route)))
        }
    }

    private mutating func access(of route: Route) -> AccessMatcher? {
        guard let access = route.access else { return nil }
        let matcher = AccessMatcher(access)
        if !matcher.unreadable.isEmpty {
            report("rules with blocks that are none: \(matcher.unreadable.prefix(5).joined(separator: ", "))", route)
        }
        return matcher
    }

    /// A certificate that cannot be loaded leaves the former one in force; without a former one there is no TLS.
    private mutating func tls(of route: Route) -> TLSContext? {
        guard let tls = route.tls else {
            loaded[route.id] = nil
            return nil
        }
        if let former = loaded[route.id], Self.isSameCertificate(former.tls, tls) { return former.context }
        do throws(TLSContext.Unusable) {
            let context = try TLSContext(certificateFile: tls.certificateFile, privateKeyFile: tls.privateKeyFile)
            loaded[route.id] = Loaded(tls: tls, context: context)
            return context
        } catch {
            report(error.description, route)
            return loaded[route.id]?.context
        }
    }

    private static func isSameCertificate(_ a: Route.TLS, _ b: Route.TLS) -> Bool {
        a.fingerprint == b.fingerprint && a.certificateFile == b.certificateFile && a.privateKeyFile == b.privateKeyFile
    }

    /// Keys that cannot be read are no keys: every token is refused.
    private mutating func iam(of route: Route) -> IAMPolicy? {
        guard let iam = route.iam else { return nil }
        do throws(AccessKeysFile.Unusable) {
            return IAMPolicy(iam, keys: try AccessKeysFile.load(iam.accessKeysFile))
        } catch {
            report("access keys: \(error)", route)
            return IAMPolicy(iam, keys: [])
        }
    }

    private mutating func report(_ problem: String, _ route: Route) {
        problems[route.id] = problems[route.id].map { "\($0); \(problem)" } ?? problem
        logger.error("the endpoint is not as it should be", metadata: ["endpoint": "\(route.name)", "reason": "\(problem)"])
    }
}
