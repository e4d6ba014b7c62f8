import Foundation
import Routing

/// `DIR/gateway/routes.json`, as the control plane leaves it.
enum RoutesFile {
    /// No table is larger, in bytes.
    static let maximumBytes = 16 << 20

    enum Outcome: Equatable {
        case table(RoutingTable)
        /// There is none.
        case missing
        /// There is one that cannot be used; why.
        case unusable(String)
    }

    static func load(_ path: String) -> Outcome {
        let data: Data
        do {
            data = try Data(contentsOf: URL(fileURLWithPath: path))
        } catch CocoaError.fileReadNoSuchFile, CocoaError.fileNoSuchFile {
            return .missing
        } catch {
            return .unusable("cannot read \(path): \(error)")
        }
        return decode(data)
    }

    static func decode(_ data: Data) -> Outcome {
        struct Format: Decodable { var format: Int }
        guard data.count <= maximumBytes else { return .unusable("routes.json is larger than \(maximumBytes) bytes") }
        do {
            let format = try JSONDecoder().decode(Format.self, from: data).format
            guard format <= RoutingTable.currentFormat else {
                return .unusable("routes.json has format \(format); this gateway reads up to \(RoutingTable.currentFormat)")
            }
            let table = try JSONDecoder().decode(RoutingTable.self, from: data)
            return problem(with: table).map { .unusable($0) } ?? .table(table)
        } catch {
            return .unusable("routes.json is not a routing table: \(error)")
        }
    }

    private static func problem(with table: RoutingTable) -> String? {
        var seen: Set<String> = []
        for route in table.routes {
            guard seen.insert(route.id).inserted else { return "routes.json has two routes \(route.id)" }
            guard (1...65_535).contains(route.port) else { return "routes.json: \(route.id) has port \(route.port)" }
        }
        return problem(withShared: table)
    }

    /// Two routes of one name would make it a matter of chance whose data a client sees.
    private static func problem(withShared table: RoutingTable) -> String? {
        var names: Set<String> = []
        for case let name? in table.routes.map(\.serverName) {
            guard !name.isEmpty, name.utf8.count <= 255, name.allSatisfy({ $0.isASCII && !$0.isUppercase }) else {
                return "routes.json: \(name) is no server name"
            }
            guard names.insert(name).inserted else { return "routes.json has two routes with the server name \(name)" }
        }
        var shared: Set<String> = []
        for listener in table.sharedListeners ?? [] {
            guard (1...65_535).contains(listener.port) else { return "routes.json: \(listener.id) has no such port" }
            guard shared.insert(listener.id).inserted else { return "routes.json has \(listener.id) twice" }
        }
        return nil
    }
}
