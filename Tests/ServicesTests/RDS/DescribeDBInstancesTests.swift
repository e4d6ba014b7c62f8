import AWSWire
import Resources
import Testing

@testable import Services

@Suite struct DescribeDBInstancesTests {
    private func names(_ answer: XML) -> [String] {
        answer.all("DBInstances").compactMap { $0["DBInstanceIdentifier"]?.text }
    }

    @Test func findsOneByNameAndByARN() async throws {
        let fixture = try Fixture()
        try await fixture.createAvailable()
        for id in ["mydb", "MYDB", "arn:aws:rds:us-east-1:123456789012:db:mydb"] {
            #expect(names(try await fixture.rds("DescribeDBInstances", ["DBInstanceIdentifier": id])) == ["mydb"])
        }
    }

    @Test(arguments: [
        "other", "arn:aws:rds:eu-west-1:123456789012:db:mydb", "arn:aws:rds:us-east-1:999999999999:db:mydb", "arn:x",
    ])
    func oneThatIsNotThere(id: String) async throws {
        let fixture = try Fixture()
        try await fixture.createAvailable()
        await fixture.refuses(
            "DescribeDBInstances", ["DBInstanceIdentifier": id], code: "DBInstanceNotFound", status: 404,
            saying: "DBInstance \(id) not found.")
    }

    @Test func regionsAreApart() async throws {
        let fixture = try Fixture()
        try await fixture.create("here")
        #expect(names(try await fixture.rds("DescribeDBInstances", region: "eu-west-1")) == [])
    }

    @Test func theEndpointAppearsOnceItHasAnsweredAndStays() async throws {
        let fixture = try Fixture()
        try await fixture.createAvailable("mydb", ["Port": "6000"])
        var instance = try #require(try await fixture.rds("DescribeDBInstances").all("DBInstances").first)
        let hash = fixture.context.naming.hash(region: "us-east-1")
        #expect(instance["Endpoint.Address"]?.text == "mydb.\(hash).us-east-1.rds.martlet.test")
        #expect(instance["Endpoint.Port"]?.text == "6000")
        #expect(instance["DBInstanceStatus"]?.text == "available")
        #expect(instance["InstanceCreateTime"]?.text == "2025-11-20T23:00:00.000Z")
        try await fixture.rds("StopDBInstance", ["DBInstanceIdentifier": "mydb"])
        try await fixture.settle()
        instance = try #require(try await fixture.rds("DescribeDBInstances").all("DBInstances").first)
        #expect(instance["DBInstanceStatus"]?.text == "stopped")
        #expect(instance["Endpoint.Port"]?.text == "6000")
    }

    @Test func pagesWalkAllInstancesInOrder() async throws {
        let fixture = try Fixture()
        for number in 10..<55 { try await fixture.create("db-\(number)") }
        var seen: [String] = []
        var query = ["MaxRecords": "20"]
        repeat {
            let answer = try await fixture.rds("DescribeDBInstances", query)
            seen += names(answer)
            query["Marker"] = answer["Marker"]?.text
        } while query["Marker"] != nil
        #expect(seen == (10..<55).map { "db-\($0)" })
    }

    @Test func aPageFollowsEveryChange() async throws {
        let fixture = try Fixture()
        try await fixture.create()
        #expect(try await fixture.rds("DescribeDBInstances").all("DBInstances").first?["DBInstanceStatus"]?.text == "creating")
        try await fixture.settle()
        #expect(try await fixture.rds("DescribeDBInstances").all("DBInstances").first?["DBInstanceStatus"]?.text == "available")
        try fixture.fail(as: .storageFull)
        #expect(
            try await fixture.rds("DescribeDBInstances").all("DBInstances").first?["DBInstanceStatus"]?.text == "storage-full")
        try await fixture.create("another")
        #expect(names(try await fixture.rds("DescribeDBInstances")) == ["another", "mydb"])
    }

    @Test func anUnchangedPageIsTheSameBytes() async throws {
        let fixture = try Fixture()
        try await fixture.createAvailable()
        let first = try await fixture.call(.rds, "DescribeDBInstances", .empty)
        #expect(try await fixture.call(.rds, "DescribeDBInstances", .empty) == first)
    }

    @Test(arguments: [
        ("engine", "postgres", ["a", "b"]), ("engine", "mysql", []), ("db-instance-id", "a", ["a"]),
        ("db-instance-id", "arn:aws:rds:us-east-1:123456789012:db:b", ["b"]), ("domain", "d-1", []), ("db-cluster-id", "c", []),
    ])
    func filters(name: String, value: String, expected: [String]) async throws {
        let fixture = try Fixture()
        try await fixture.createAvailable("a")
        try await fixture.createAvailable("b")
        let query = ["Filters.Filter.1.Name": name, "Filters.Filter.1.Values.Value.1": value]
        #expect(names(try await fixture.rds("DescribeDBInstances", query)) == expected)
    }

    @Test func terraformFindsByResourceID() async throws {
        let fixture = try Fixture()
        try await fixture.createAvailable("a")
        try await fixture.createAvailable("b")
        let id = try fixture.stored("b").resourceID
        let query = ["Filters.Filter.1.Name": "dbi-resource-id", "Filters.Filter.1.Values.Value.1": id]
        #expect(names(try await fixture.rds("DescribeDBInstances", query)) == ["b"])
    }

    @Test func unknownAndEmptyFiltersAreRefused() async throws {
        let fixture = try Fixture()
        await fixture.refuses(
            "DescribeDBInstances", ["Filters.Filter.1.Name": "colour", "Filters.Filter.1.Values.Value.1": "red"],
            code: "InvalidParameterValue", saying: "Unrecognized filter name: colour")
        await fixture.refuses(
            "DescribeDBInstances", ["Filters.Filter.1.Name": "engine"], code: "InvalidParameterValue",
            saying: "engine needs Values")
    }

    // MARK: Holding the answer

    @Test func theAnswerForOneWaitsForTheEndOfATransition() async throws {
        let fixture = try Fixture(hold: .seconds(120))
        try await fixture.create()
        async let answer = fixture.rds("DescribeDBInstances", ["DBInstanceIdentifier": "mydb"])
        try await Task.sleep(for: .milliseconds(30))
        try await fixture.settle()
        #expect(try await answer.all("DBInstances").first?["DBInstanceStatus"]?.text == "available")
    }

    @Test func itWaitsNoLongerThanTheLimit() async throws {
        let fixture = try Fixture(hold: .milliseconds(40))
        try await fixture.create()
        let began = ContinuousClock.now
        let answer = try await fixture.rds("DescribeDBInstances", ["DBInstanceIdentifier": "mydb"])
        #expect(answer.all("DBInstances").first?["DBInstanceStatus"]?.text == "creating")
        #expect(ContinuousClock.now - began >= .milliseconds(40))
    }

    @Test func whoeverWaitsForTheEndSeesNotFound() async throws {
        let fixture = try Fixture(hold: .seconds(120))
        try await fixture.createAvailable()
        let id = try fixture.stored().resourceID
        try await fixture.rds("DeleteDBInstance", ["DBInstanceIdentifier": "mydb", "SkipFinalSnapshot": "true"])
        let answer = Task { try await fixture.rds("DescribeDBInstances", ["DBInstanceIdentifier": "mydb"]) }
        try await Task.sleep(for: .milliseconds(30))
        try await fixture.store.write { try $0.delete(DBInstance.self, region: "us-east-1", id: id) }
        fixture.board.touch()
        let fault = await #expect(throws: Fault.self) { try await answer.value }
        #expect(fault?.code == "DBInstanceNotFound")
    }

    @Test func aListDoesNotWait() async throws {
        let fixture = try Fixture(hold: .seconds(120))
        try await fixture.create("a")
        try await fixture.create("b")
        let began = ContinuousClock.now
        try await fixture.rds("DescribeDBInstances")
        #expect(ContinuousClock.now - began < .seconds(60))
    }
}
