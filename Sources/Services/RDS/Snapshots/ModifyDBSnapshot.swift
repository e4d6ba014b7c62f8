internal import AWSWire
internal import Resources

/// The engine version and option group that instances restored from a snapshot get.
enum ModifyDBSnapshot: Operation {
    static let action = "ModifyDBSnapshot"
    static let parameters: [ParameterRule] = [
        .works("DBSnapshotIdentifier", "A name or an ARN."),
        .works("EngineVersion", "An installed minor version, not below the snapshot's; no other major version yet."),
        .works("OptionGroupName", "A group of the engine and major version."),
    ]

    static func run(_ request: Request) async throws -> Answer {
        let identifier = try request.snapshotIdentifier()
        let found = try request.snapshot(identifier)
        try SnapshotRules.checkUsable(found)
        let catalog = request.context.catalog
        let version = catalog.version(running: found.instance.spec)
        let newVersion = try request.string("EngineVersion").map { try upgrade(found, to: $0, request) }
        let group = try catalog.traits(of: found.instance.spec.engine).flatMap {
            try GroupRules.optionGroup(request, $0, newVersion ?? version)
        }
        let changed = try await request.context.store.write { transaction in
            let current = try transaction.snapshot(identifier, region: request.region)
            try SnapshotRules.checkUsable(current)
            return try transaction.update(DBSnapshot.self, region: current.region, id: current.id) { snapshot in
                if let newVersion { snapshot.instance.spec.engineVersion = newVersion.version }
                if let group { snapshot.optionGroup = group }
            }
        }
        return request.answer(changed)
    }

    private static func upgrade(_ snapshot: DBSnapshot, to text: String, _ request: Request) throws -> EngineVersion {
        let spec = snapshot.instance.spec
        let traits = try EngineChoice.traits(spec.engine, request.context.catalog)
        let choice = try EngineChoice.choose(engine: traits, requested: text, exact: true, request.context.catalog)
        guard choice.version.major == request.context.catalog.version(running: spec).major else {
            throw Fault.invalidParameterCombination(
                "Cannot upgrade the snapshot \(snapshot.identifier) from \(spec.engineVersion) to \(choice.version.version): "
                    + "upgrades to another major version are not available yet.")
        }
        guard !choice.version.isBefore(spec.engineVersion) else {
            throw Fault.invalidParameterCombination(
                "Cannot downgrade the snapshot \(snapshot.identifier) from \(spec.engineVersion) to \(choice.version.version).")
        }
        return choice.version
    }
}

extension EngineVersion {
    func isBefore(_ other: String) -> Bool {
        Self.numbers(version).lexicographicallyPrecedes(Self.numbers(other))
    }
}
