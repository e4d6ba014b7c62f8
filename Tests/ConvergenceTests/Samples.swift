import Certificates
import Engines
import Foundation
import Resources
import Routing

@testable import Convergence

/// Values that the tables start from.
enum Sample {
    static let now = Date(timeIntervalSince1970: 1_800_000_000)

    static func instance(
        operation: DBInstance.Operation.Kind? = nil, created: Bool = true, power: DBInstance.Power = .running,
        address: String? = "127.9.0.1"
    ) -> DBInstance {
        var instance = DBInstance(
            region: "us-east-1", resourceID: "db-AAAA", identifier: "one", requestedAt: now.addingTimeInterval(-100),
            spec: DBInstance.Spec(
                engine: "postgres", engineVersion: "15.18", instanceClass: "db.t3.micro", allocatedStorage: 20,
                storageType: "gp3", databaseName: "app", port: 5432, availabilityZone: "us-east-1a", subnetGroup: "default",
                securityGroupIDs: [], publiclyAccessible: true, backupRetentionPeriod: 0, backupWindow: "03:00-03:30",
                maintenanceWindow: "mon:04:00-mon:04:30"),
            master: DBInstance.MasterUser(username: "root", verifier: "v", generation: 2),
            operation: operation.map { DBInstance.Operation(kind: $0, requestedAt: now.addingTimeInterval(-10), id: "op") },
            tags: [])
        instance.createdAt = created ? now.addingTimeInterval(-90) : nil
        instance.power = power
        instance.address = address
        return instance
    }

    static let process = ProcessIdentity(pid: 7, startedAt: now.timeIntervalSince1970 - 60)

    static func answers(
        version: String = "15.18", configuration: String = "wanted", restartPending: Bool = false, bootstrapped: Bool = true,
        generation: Int = 2, refused: [String: String] = [:]
    ) -> ServerFacts.Answers {
        ServerFacts.Answers(
            version: version, configuration: configuration, restartPending: restartPending, bootstrapped: bootstrapped,
            masterGeneration: generation, refusedParameters: refused)
    }

    static func route(gate: Route.Gate = .open) -> Route {
        Route(
            id: "db-AAAA", name: "one", address: "127.9.0.1", port: 5432, wire: .postgres, socketPath: "/s", gate: gate,
            reservedUsers: ["rdsadmin"])
    }

    static func sight(
        data: ServerFacts.DataDirectory = .ready(major: "15"), configuration: String? = "wanted",
        server: ServerFacts.Server, route: Route? = Sample.route(), listening: Bool = true, names: Bool = true,
        certificate: EndpointCertificate? = nil, secret: ManagedSecretSight? = nil, now: Date = Sample.now
    ) -> InstanceSight {
        InstanceSight(
            facts: ServerFacts(dataDirectory: data, configuration: configuration, server: server), route: route,
            listening: listening, namesInSync: names, certificate: certificate, secret: secret, now: now)
    }

    static let target = InstanceTarget(configuration: "wanted", route: route())
}
