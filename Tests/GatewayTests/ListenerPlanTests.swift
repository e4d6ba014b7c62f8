import Foundation
import Routing
import Testing

@testable import Gateway

@Suite struct ListenerPlanTests {
    private static func route(_ id: String, _ address: String, _ port: Int = 5432) -> Route {
        Route(
            id: id, name: id, address: address, port: port, wire: .postgres, socketPath: "/s", gate: .open, reservedUsers: [])
    }

    private static func endpoint(_ address: String, _ port: Int = 5432) -> ListenerEndpoint {
        ListenerEndpoint(address: address, port: port)
    }

    private func actions(_ bound: [String: ListenerEndpoint], _ routes: [Route]) -> [ListenerPlan.Action] {
        ListenerPlan.actions(bound: bound, table: RoutingTable(routes: routes))
    }

    @Test func `what is right is left alone`() {
        #expect(actions(["a": Self.endpoint("1")], [Self.route("a", "1")]).isEmpty)
        #expect(actions([:], []).isEmpty)
    }

    @Test func `new, gone and moved`() {
        let bound = ["gone": Self.endpoint("1"), "moved": Self.endpoint("2"), "same": Self.endpoint("3")]
        let routes = [Self.route("moved", "2", 5433), Self.route("same", "3"), Self.route("new", "4")]
        #expect(
            actions(bound, routes) == [
                .close(id: "gone"), .move(id: "moved", to: Self.endpoint("2", 5433)), .open(id: "new", Self.endpoint("4")),
            ])
    }

    @Test func `who stands in another's way gives up its place first`() {
        let bound = ["a": Self.endpoint("1"), "b": Self.endpoint("2")]
        #expect(
            actions(bound, [Self.route("a", "2"), Self.route("b", "1")]) == [
                .vacate(id: "a"), .vacate(id: "b"), .open(id: "a", Self.endpoint("2")), .open(id: "b", Self.endpoint("1")),
            ])
    }

    @Test func `shared addresses are opened and closed like those of routes`() {
        let tls = Route.TLS(certificateFile: "/c", privateKeyFile: "/k", fingerprint: "f", isRequired: true)
        let shared = SharedListener(address: "9", port: 5432, tls: tls)
        let table = RoutingTable(routes: [Self.route("a", "1")], sharedListeners: [shared])
        #expect(
            ListenerPlan.actions(bound: ["a": Self.endpoint("1")], table: table)
                == [.open(id: "shared:9:5432", Self.endpoint("9"))])
        #expect(actions(["shared:9:5432": Self.endpoint("9")], []) == [.close(id: "shared:9:5432")])
    }

    /// Carrying a plan out, as an executor with a kernel would, leads to the table; nothing is bound twice on the way.
    @Test func `carried out, any plan leads to its table`() {
        let seed = UInt64.random(in: 0 ... .max)
        var generator = SeededGenerator(seed: seed)
        var bound: [String: ListenerEndpoint] = [:]
        for round in 0..<3_000 {
            let ids = ["a", "b", "c", "d", "e"].filter { _ in Bool.random(using: &generator) }
            let places = (1...6).map(String.init).shuffled(using: &generator)
            let routes = zip(ids, places).map { Self.route($0, $1) }
            for _ in 0..<5 { bound = Self.carryOut(actions(bound, routes), bound) }
            let wanted = Dictionary(uniqueKeysWithValues: routes.map { ($0.id, Self.endpoint($0.address)) })
            #expect(bound == wanted, "seed \(seed), round \(round)")
        }
    }

    private static func carryOut(
        _ actions: [ListenerPlan.Action], _ start: [String: ListenerEndpoint]
    ) -> [String: ListenerEndpoint] {
        var bound = start
        for action in actions {
            switch action {
            case .close(let id), .vacate(let id): bound[id] = nil
            case .open(let id, let endpoint), .move(let id, let endpoint):
                if !bound.values.contains(endpoint) { bound[id] = endpoint }
            }
        }
        return bound
    }
}

@Suite struct RoutesFileTests {
    private func decode(_ text: String) -> RoutesFile.Outcome { RoutesFile.decode(Data(text.utf8)) }

    private func isUnusable(_ outcome: RoutesFile.Outcome, because reason: String) -> Bool {
        guard case .unusable(let text) = outcome else { return false }
        return text.contains(reason)
    }

    @Test func `a table as the control plane writes it`() throws {
        let table = RoutingTable(revision: 3, routes: [])
        #expect(RoutesFile.decode(try JSONEncoder().encode(table)) == .table(table))
        #expect(RoutesFile.load("/nonexistent/routes.json") == .missing)
    }

    @Test func `tables that cannot be used say why`() throws {
        #expect(isUnusable(decode(#"{"format": 99}"#), because: "format 99"))
        #expect(isUnusable(decode("[]"), because: "not a routing table"))
        var route = Route(
            id: "a", name: "a", address: "127.0.0.2", port: 5432, wire: .mysql, socketPath: "/s", gate: .hold,
            reservedUsers: [])
        let twice = try JSONEncoder().encode(RoutingTable(routes: [route, route]))
        #expect(isUnusable(RoutesFile.decode(twice), because: "two routes a"))
        route.port = 70_000
        let wild = try JSONEncoder().encode(RoutingTable(routes: [route]))
        #expect(isUnusable(RoutesFile.decode(wild), because: "port 70000"))
    }

    @Test func `server names belong to one route each, and shared addresses come once`() throws {
        func outcome(_ names: [String], shared ports: [Int] = []) throws -> RoutesFile.Outcome {
            let routes = names.enumerated().map { number, name in
                Route(
                    id: "r\(number)", name: name, address: "127.0.0.\(number)", port: 5432, wire: .postgres, socketPath: "/s",
                    gate: .open, reservedUsers: [], serverName: name)
            }
            let tls = Route.TLS(certificateFile: "/c", privateKeyFile: "/k", fingerprint: "f", isRequired: true)
            let table = RoutingTable(
                routes: routes, sharedListeners: ports.map { SharedListener(address: "192.0.2.1", port: $0, tls: tls) })
            return RoutesFile.decode(try JSONEncoder().encode(table))
        }
        #expect(isUnusable(try outcome(["a.test", "a.test"]), because: "two routes with the server name a.test"))
        #expect(isUnusable(try outcome(["A.test"]), because: "no server name"))
        #expect(isUnusable(try outcome([""]), because: "no server name"))
        #expect(isUnusable(try outcome([], shared: [5432, 5432]), because: "shared:192.0.2.1:5432 twice"))
        #expect(isUnusable(try outcome([], shared: [0]), because: "no such port"))
        guard case .table = try outcome(["a.test", "b.test"], shared: [5432, 5433]) else {
            Issue.record("a good table was refused")
            return
        }
    }
}

@Suite struct ControlLinesTests {
    @Test func `lines come whole, however they arrive`() {
        var lines = ControlLines(limit: 5)
        lines.append(Array("ab".utf8))
        #expect(lines.next() == .none)
        lines.append(Array("c\nde\nf".utf8))
        #expect(lines.next() == .line(Array("abc".utf8)))
        #expect(lines.next() == .line(Array("de".utf8)))
        #expect(lines.next() == .none)
        lines.append(Array("ghijk".utf8))
        #expect(lines.next() == .tooLong)
    }
}

@Suite struct ProcessStartTests {
    @Test func `names with blanks and parentheses do not mislead`() {
        let fields = (3...30).map(String.init).joined(separator: " ")
        #expect(ProcessStart.ticks(inStat: "17 (a (b) c) \(fields)") == 22)
        #expect(ProcessStart.bootTime(inStat: "cpu 1\nbtime 1700000000\nx 1") == 1_700_000_000)
    }
}

@Suite struct EventTokenTests {
    @Test func `what goes in comes out`() {
        for index in [0, 1, 40_000, Int(UInt32.max)] {
            for generation: UInt32 in [0, 1, 0x3FFF_FFFF] {
                let token = EventToken(raw: EventToken(.peer, index: index, generation: generation).raw)
                #expect(token.subject == .peer && token.index == index && token.generation == generation)
            }
        }
        #expect(EventToken(.listener, index: 3).subject == .listener)
        #expect(EventToken(.mailbox, index: 0).subject == .mailbox)
    }
}
