internal import AWSWire
internal import Foundation
internal import Resources

/// Which engine and version serve a request.
struct EngineChoice: Sendable, Equatable {
    var traits: EngineTraits
    var version: EngineVersion
    /// What was asked for, when something else than the version itself serves it.
    var substitutedFor: String?

    /// Every engine name of RDS (botocore, CreateDBInstance.Engine).
    static let knownToAWS: Set<String> = [
        "aurora-mysql", "aurora-postgresql", "custom-oracle-ee", "custom-oracle-ee-cdb", "custom-oracle-se2",
        "custom-oracle-se2-cdb", "custom-sqlserver-ee", "custom-sqlserver-se", "custom-sqlserver-web",
        "custom-sqlserver-dev", "db2-ae", "db2-ce", "db2-se", "mariadb", "mysql", "oracle-ee", "oracle-ee-cdb",
        "oracle-se2", "oracle-se2-cdb", "postgres", "sqlserver-dev-ee", "sqlserver-ee", "sqlserver-ex", "sqlserver-se",
        "sqlserver-web",
    ]

    static func traits(_ name: String, _ catalog: any EngineCatalog) throws -> EngineTraits {
        if let traits = catalog.traits(of: name.lowercased()) { return traits }
        let available = catalog.engines.map(\.name).sorted().joined(separator: ", ")
        guard knownToAWS.contains(name.lowercased()) else {
            throw Fault.invalidParameterValue(
                "Invalid DB engine: \(name.prefix(64)). The parameter Engine can be: \(available).")
        }
        if let vendor = vendors.first(where: { name.lowercased().hasPrefix($0.prefix) }) {
            throw Fault.invalidParameterValue(
                "The Engine \(name) is not available here: it needs \(vendor.name)'s own server, which Martlet does not bring "
                    + "and cannot run. Martlet offers PostgreSQL, MariaDB and MySQL. The parameter Engine can be: \(available).")
        }
        throw Fault.invalidParameterValue(
            "The Engine \(name) is not available here yet. The parameter Engine can be: \(available).")
    }

    /// Whose server an engine is, by the beginning of its name.
    private static let vendors: [(prefix: String, name: String)] = [
        ("oracle-", "Oracle"), ("custom-oracle-", "Oracle"), ("sqlserver-", "Microsoft"), ("custom-sqlserver-", "Microsoft"),
        ("db2-", "IBM"),
    ]

    /// - Parameter exact: refuse a version that is not installed instead of taking the nearest above.
    static func choose(
        engine: EngineTraits, requested: String?, exact: Bool, _ catalog: any EngineCatalog
    ) throws -> EngineChoice {
        let installed = catalog.versions(of: engine.name)
        guard let newest = installed.last else {
            throw notInstalled(engine)
        }
        guard let requested else {
            if exact, let substitute = engine.substitute {
                throw Fault.invalidParameterCombination(
                    "The Engine \(engine.name) is served by \(substitute.product) here, and with --exact-versions nothing stands "
                        + "in for it. Give \(newest.version) as EngineVersion to take it.")
            }
            return EngineChoice(traits: engine, version: newest)
        }
        let list = installed.map(\.version).joined(separator: ", ")
        guard isVersion(requested), let serving = catalog.version(of: engine.name, serving: withoutRevision(requested)) else {
            throw notFound(requested, engine, "Installed on this host: \(list).")
        }
        if isPrefix(withoutRevision(requested), of: serving.version) { return EngineChoice(traits: engine, version: serving) }
        guard !exact else {
            throw notFound(
                requested, engine, "Installed on this host: \(list); with --exact-versions no other version stands in for it.")
        }
        return EngineChoice(traits: engine, version: serving, substitutedFor: requested)
    }

    private static func notInstalled(_ engine: EngineTraits) -> Fault {
        let reason = engine.absence.map { " \($0)." } ?? ""
        return .invalidParameterCombination(
            "The Engine \(engine.name) is not installed on this host. Install "
                + "\(engine.substitute?.product ?? engine.description), then try again.\(reason)")
    }

    static func isPrefix(_ requested: String, of version: String) -> Bool {
        EngineVersion.numbers(version).starts(with: EngineVersion.numbers(requested))
    }

    private static func notFound(_ requested: String, _ engine: EngineTraits, _ rest: String) -> Fault {
        .invalidParameterCombination("Cannot find version \(requested.prefix(32)) for \(engine.name). \(rest)")
    }

    /// `15`, `15.4`, `11.22-R2`
    static func isVersion(_ text: String) -> Bool {
        let numbers = withoutRevision(text).split(separator: ".", omittingEmptySubsequences: false)
        return text.count <= 32 && numbers.count <= 4
            && numbers.allSatisfy { !$0.isEmpty && $0.count <= 6 && $0.allSatisfy(\.isASCIIDigit) }
    }

    /// RDS's own revision of a version is of no matter here.
    private static func withoutRevision(_ text: String) -> String {
        guard let dash = text.range(of: "-R", options: .backwards), text[dash.upperBound...].allSatisfy(\.isASCIIDigit),
            dash.upperBound != text.endIndex
        else { return text }
        return String(text[..<dash.lowerBound])
    }
}

extension Character {
    fileprivate var isASCIIDigit: Bool { isASCII && isNumber }
}
