internal import Foundation

/// Snapshot and restoration in one, through the API that AWS's clients use.
struct CloneRun {
    /// What came of it.
    struct Clone: Codable, Equatable {
        var identifier: String
        /// The instance or snapshot that its data come from.
        var source: String
        var resourceID: String
        var engine: String
        var engineVersion: String
        /// Host name or address of the endpoint.
        var address: String
        var port: Int
        var masterUsername: String
        /// Absent for an engine that made none.
        var databaseName: String?
        /// From the first call to the open endpoint.
        var seconds: Double
    }

    static let snapshotPrefix = "snapshot:"
    private static let pause = Duration.milliseconds(100)

    let client: ControlPlaneClient
    /// Nil for the source's.
    let instanceClass: String?
    let port: Int?
    let deadline: ContinuousClock.Instant
    let progress: CloneProgress

    func perform(_ source: String, as new: String) async throws -> Clone {
        let started = ContinuousClock.now
        var instance: AnswerTree
        if source.hasPrefix(Self.snapshotPrefix) {
            try await restore(String(source.dropFirst(Self.snapshotPrefix.count)), as: new, like: nil)
            instance = try await untilAvailable(new)
        } else {
            instance = try await cloneInstance(source, as: new)
        }
        guard let address = instance.text("Endpoint.Address"), let port = instance.text("Endpoint.Port").flatMap({ Int($0) })
        else { throw InstallationError("\(new) is available without an endpoint") }
        let seconds = Double((ContinuousClock.now - started) / .milliseconds(1)) / 1000
        return Clone(
            identifier: instance.text("DBInstanceIdentifier") ?? new, source: source,
            resourceID: instance.text("DbiResourceId") ?? "", engine: instance.text("Engine") ?? "",
            engineVersion: instance.text("EngineVersion") ?? "", address: address, port: port,
            masterUsername: instance.text("MasterUsername") ?? "", databaseName: instance.text("DBName"),
            seconds: (seconds * 1000).rounded() / 1000)
    }

    /// The snapshot is ours, and goes again whatever comes of the clone.
    private func cloneInstance(_ source: String, as new: String) async throws -> AnswerTree {
        let model = try await describe(source)
        let snapshot = "clone-\(UUID().uuidString.lowercased())"
        do {
            try await snapshotOnceAvailable(source, as: snapshot)
            try await untilTaken(snapshot)
            try await restore(snapshot, as: new, like: model)
            let instance = try await untilAvailable(new)
            try await forget(snapshot)
            return instance
        } catch {
            do { try await forget(snapshot) } catch let refusal as AWSClient.Refused
                where ["DBSnapshotNotFound", "InvalidDBSnapshotState"].contains(refusal.code)
            {}
            throw error
        }
    }

    private func forget(_ snapshot: String) async throws {
        _ = try await client.rds("DeleteDBSnapshot", [("DBSnapshotIdentifier", snapshot)])
    }

    /// Somebody else may be cloning it at this moment: theirs comes first.
    private func snapshotOnceAvailable(_ source: String, as snapshot: String) async throws {
        while true {
            do {
                _ = try await client.rds(
                    "CreateDBSnapshot", [("DBSnapshotIdentifier", snapshot), ("DBInstanceIdentifier", source)])
                return
            } catch let refusal as AWSClient.Refused where refusal.code == "InvalidDBInstanceState" {
                guard let status = try await describe(source).text("DBInstanceStatus"), Self.isPassing(status) else {
                    throw refusal
                }
                progress.tell("waiting for \(source), which is \(status)")
            }
            try await pauseUntilDeadline(source)
        }
    }

    private static func isPassing(_ status: String) -> Bool {
        [
            "available", "backing-up", "creating", "modifying", "rebooting", "starting", "configuring-iam-database-auth",
            "resetting-master-credentials", "renaming", "upgrading",
        ].contains(status)
    }

    private func untilTaken(_ snapshot: String) async throws {
        while true {
            let answer = try await client.rds("DescribeDBSnapshots", [("DBSnapshotIdentifier", snapshot)])
            guard let found = answer["DBSnapshots"]?["DBSnapshot"] else { throw InstallationError("the snapshot is gone") }
            switch found.text("Status") {
            case "available": return
            case "creating": progress.tell("taking a snapshot", percent: found.text("PercentProgress").flatMap { Int($0) })
            default: throw InstallationError("the snapshot failed; aws rds describe-events says why")
            }
            try await pauseUntilDeadline(snapshot)
        }
    }

    /// - Parameter model: the instance whose settings the new one gets; nil for the snapshot's.
    private func restore(_ snapshot: String, as new: String, like model: AnswerTree?) async throws {
        var parameters = [(name: "DBInstanceIdentifier", value: new), (name: "DBSnapshotIdentifier", value: snapshot)]
        if let instanceClass { parameters.append(("DBInstanceClass", instanceClass)) }
        if let port { parameters.append(("Port", String(port))) }
        if let model { parameters += Self.settings(of: model) }
        _ = try await client.rds("RestoreDBInstanceFromDBSnapshot", parameters)
    }

    /// What a restoration does not take from the snapshot by itself.
    static func settings(of model: AnswerTree) -> [(name: String, value: String)] {
        var settings: [(name: String, value: String)] = []
        let paths = [
            ("DBParameterGroupName", "DBParameterGroups.DBParameterGroup.DBParameterGroupName"),
            ("DBSubnetGroupName", "DBSubnetGroup.DBSubnetGroupName"), ("PubliclyAccessible", "PubliclyAccessible"),
            ("EnableIAMDatabaseAuthentication", "IAMDatabaseAuthenticationEnabled"),
        ]
        for (name, path) in paths { if let value = model.text(path) { settings.append((name, value)) } }
        let groups = (model["VpcSecurityGroups"]?.children ?? []).compactMap { $0.text("VpcSecurityGroupId") }
        for (index, group) in groups.enumerated() {
            settings.append(("VpcSecurityGroupIds.VpcSecurityGroupId.\(index + 1)", group))
        }
        return settings
    }

    private func untilAvailable(_ new: String) async throws -> AnswerTree {
        while true {
            let instance = try await describe(new)
            switch instance.text("DBInstanceStatus") {
            case "available": return instance
            case "creating", "starting": progress.tell("restoring \(new)")
            case let status:
                throw InstallationError("\(new) is \(status ?? "gone"); aws rds describe-events says why")
            }
            try await pauseUntilDeadline(new)
        }
    }

    private func describe(_ identifier: String) async throws -> AnswerTree {
        let answer = try await client.rds("DescribeDBInstances", [("DBInstanceIdentifier", identifier)])
        guard let found = answer["DBInstances"]?["DBInstance"] else { throw InstallationError("there is no \(identifier)") }
        return found
    }

    private func pauseUntilDeadline(_ what: String) async throws {
        guard ContinuousClock.now < deadline else { throw InstallationError("\(what) was not ready in time") }
        try await Task.sleep(for: Self.pause)
    }
}
