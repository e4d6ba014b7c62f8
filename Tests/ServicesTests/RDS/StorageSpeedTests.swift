import AWSWire
import Resources
import Testing

@testable import Services

/// A speed that the host cannot enforce is refused, and nothing else is.
@Suite struct StorageSpeedTests {
    private static let fast = ["StorageType": "io1", "AllocatedStorage": "100", "Iops": "1000"]

    private func host(_ plain: DBInstance.Volume.Kind, _ obstacle: String? = nil) throws -> Fixture {
        var volumes = FakeVolumes()
        volumes.plain = plain
        volumes.speedObstacle = obstacle
        return try Fixture(volumes: volumes)
    }

    private func refusal(_ fixture: Fixture, _ parameters: [String: String]) async throws -> Fault? {
        await #expect(throws: Fault.self) { try await fixture.createAvailable("mydb", parameters) }
    }

    @Test(arguments: [
        (DBInstance.Volume.Kind.directory, nil, "a plain directory"), (.image, "no cgroup file system", "no cgroup file system"),
    ])
    func whatCannotBeEnforcedIsRefused(kind: DBInstance.Volume.Kind, obstacle: String?, fragment: String) async throws {
        let fixture = try host(kind, obstacle)
        for (parameters, name) in [
            (Self.fast, "Iops"), (["AllocatedStorage": "400", "StorageThroughput": "500"], "StorageThroughput"),
        ] {
            let fault = try await refusal(fixture, parameters)
            #expect(fault?.code == "InvalidParameterCombination")
            #expect(fault?.message.contains("The parameter \(name) cannot be used here: \(fragment)") == true)
        }
        #expect(fixture.store.list(DBInstance.self).isEmpty)
    }

    @Test func withoutASpeedEveryHostDoes() async throws {
        let fixture = try host(.directory, "nothing")
        for (name, type) in [("a", "gp2"), ("b", "gp3"), ("c", "standard")] {
            try await fixture.createAvailable(name, ["StorageType": type])
        }
        try await fixture.createAvailable()
        let now = ["DBInstanceIdentifier": "mydb", "ApplyImmediately": "true"]
        try await fixture.rds("ModifyDBInstance", now.merging(["AllocatedStorage": "400"]) { $1 })
        try await fixture.settle()
        let fault = await #expect(throws: Fault.self) {
            try await fixture.rds("ModifyDBInstance", now.merging(["Iops": "12000"]) { $1 })
        }
        #expect(fault?.message.contains("Leave it out") == true)
    }

    @Test func aNewSpeedIsAModification() async throws {
        let fixture = try host(.image)
        try await fixture.createAvailable("mydb", Self.fast)
        let parameters = ["DBInstanceIdentifier": "mydb", "ApplyImmediately": "true", "Iops": "2000"]
        try await fixture.rds("ModifyDBInstance", parameters)
        #expect(try fixture.stored().spec.iops == 2000)
        #expect(try fixture.stored().operation?.kind == .modify)
    }
}
