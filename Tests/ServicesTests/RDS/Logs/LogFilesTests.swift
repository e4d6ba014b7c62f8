import AWSWire
import Testing

@testable import Services

@Suite struct LogFilesTests {
    private func fixture() async throws -> Fixture {
        let fixture = try Fixture()
        try await fixture.createAvailable()
        fixture.logs.write("error/postgres.log", "start\n", at: 1_000)
        fixture.logs.write("error/postgresql.log.2025-11-20-22", "a longer one\n", at: 2_000)
        fixture.logs.write("error/postgresql.log.2025-11-20-23", "x\n", at: 3_000)
        return fixture
    }

    private func names(_ fixture: Fixture, _ query: [String: String] = [:]) async throws -> [String] {
        let answer = try await fixture.rds("DescribeDBLogFiles", ["DBInstanceIdentifier": "MyDB"].merging(query) { $1 })
        return answer.all("DescribeDBLogFiles").compactMap { $0["LogFileName"]?.text.split(separator: "/").last.map(String.init) }
    }

    @Test func listsWhatThereIs() async throws {
        let fixture = try await fixture()
        let answer = try await fixture.rds("DescribeDBLogFiles", ["DBInstanceIdentifier": "mydb"])
        let file = try #require(answer.all("DescribeDBLogFiles").last)
        #expect(file.name == "DescribeDBLogFilesDetails")
        #expect(file["LogFileName"]?.text == "error/postgresql.log.2025-11-20-23")
        #expect(file["LastWritten"]?.text == "3000" && file["Size"]?.text == "2")
    }

    @Test func narrowed() async throws {
        let fixture = try await fixture()
        #expect(try await names(fixture, ["FilenameContains": "postgresql"]).count == 2)
        #expect(try await names(fixture, ["FilenameContains": "error/postgres."]) == ["postgres.log"])
        #expect(try await names(fixture, ["FileLastWritten": "2000"]).count == 2)
        #expect(try await names(fixture, ["FileLastWritten": "2001"]) == ["postgresql.log.2025-11-20-23"])
        #expect(try await names(fixture, ["FileSize": "6"]) == ["postgresql.log.2025-11-20-22"])
        #expect(try await names(fixture, ["FileSize": "13"]) == [])
    }

    @Test func inPages() async throws {
        let fixture = try await fixture()
        var seen: [String] = []
        var query = ["DBInstanceIdentifier": "mydb", "MaxRecords": "1"]
        repeat {
            let answer = try await fixture.rds("DescribeDBLogFiles", query)
            seen += answer.all("DescribeDBLogFiles").compactMap { $0["LogFileName"]?.text }
            query["Marker"] = answer["Marker"]?.text
        } while query["Marker"] != nil
        #expect(seen.count == 3 && Set(seen).count == 3)
    }

    @Test(arguments: [
        (["DBInstanceIdentifier": "nobody"], "DBInstanceNotFound", 404, "nobody"),
        (["MaxRecords": "0"], "InvalidParameterValue", 400, "MaxRecords"),
        (["FileSize": "-1"], "InvalidParameterValue", 400, "FileSize"),
        (["FileLastWritten": "yesterday"], "InvalidParameterValue", 400, "FileLastWritten"),
        (["Marker": "nonsense"], "InvalidParameterValue", 400, "Marker"),
        (["Filters.Filter.1.Name": "x"], "InvalidParameterCombination", 400, "Filters"),
    ])
    func refusals(change: [String: String], code: String, status: Int, text: String) async throws {
        let fixture = try await fixture()
        let query = ["DBInstanceIdentifier": "mydb"].merging(change) { $1 }
        await fixture.refuses("DescribeDBLogFiles", query, code: code, status: status, saying: text)
    }
}
