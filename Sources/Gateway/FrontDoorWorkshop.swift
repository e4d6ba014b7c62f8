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
    private var lobbies: [String: Lobby] = [:]
    /// By route: why its door is not as the table wants it.
    private(set) var problems: [String: String] = [:]

    init(logger: Logger) { self.logger = logger }

    mutating func prepare(_ table: RoutingTable) -> [PreparedRoute] {
        let known = Set(table.routes.map(\.id))
        loaded = loaded.filter { known.contains($0.key) }
        problems.removeAll()
        return table.routes.map { route in
            PreparedRoute(
                route: route,
                door: FrontDoor(access: access(of: route), tls: tls(of: route), iam: iam(of: route), word: word(of: route)))
        }
    }

    /// The shared listeners of a table whose routes were prepared before. A certificate that cannot be loaded leaves the former
    /// lobby in force.
    mutating func lobbies(_ table: RoutingTable, _ prepared: [PreparedRoute]) -> [Lobby] {
        let made = (table.sharedListeners ?? []).map { lobby($0, Lobby.routes(of: prepared, port: $0.port)) }
        lobbies = Dictionary(made.map { ($0.listener.id, $0) }, uniquingKeysWith: { $1 })
        return made
    }

    private mutating func lobby(_ listener: SharedListener, _ named: [String: PreparedRoute]) -> Lobby {
        do throws(TLSContext.Unusable) {
            let context = try TLSContext(
                certificateFile: listener.tls.certificateFile, privateKeyFile: listener.tls.privateKeyFile,
                names: named.compactMapValues(\.door.tls))
            return Lobby(listener: listener, tls: context, routes: named.mapValues(\.route.id))
        } catch {
            report(error.description, id: listener.id, name: listener.id)
            return lobbies[listener.id] ?? Lobby(listener: listener, tls: nil, routes: [:])
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

    /// Without the word every token is refused.
    private mutating func word(of route: Route) -> ServerWord? {
        guard let path = route.iam?.wordFile else { return nil }
        do throws(ServerWord.Unusable) {
            return try ServerWord.load(path)
        } catch {
            report("the server's word: \(error)", route)
            return nil
        }
    }

    private mutating func report(_ problem: String, _ route: Route) { report(problem, id: route.id, name: route.name) }

    private mutating func report(_ problem: String, id: String, name: String) {
        problems[id] = problems[id].map { "\($0); \(problem)" } ?? problem
        logger.error("the endpoint is not as it should be", metadata: ["endpoint": "\(name)", "reason": "\(problem)"])
    }
}
