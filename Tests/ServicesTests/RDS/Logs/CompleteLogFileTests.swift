import AWSWire
import Resources
import Testing

@testable import Services

/// `GET /v13/downloadCompleteLogFile/…`, behind the wire.
@Suite struct CompleteLogFileTests {
    private static let name = "slowquery/mysql-slowquery.log"

    private func stream(_ fixture: Fixture, _ name: String = Self.name) async throws -> StreamedBody {
        let query = ["DBInstanceIdentifier": "mydb", "LogFileName": name]
        let answer = try await fixture.call(.rds, PathAction.downloadCompleteLogFile, Parameters(query: query))
        guard case .stream(let body) = answer else { throw Fault("NotAStream", "") }
        return body
    }

    private func rest(_ body: StreamedBody, from start: Int64 = 0) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        while let chunk = try await body.chunk(at: start + Int64(bytes.count)) { bytes += chunk }
        return bytes
    }

    private func fixture() async throws -> Fixture {
        let fixture = try Fixture()
        try await fixture.createAvailable()
        return fixture
    }

    @Test func itIsTheFileAsItWasByteForByte() async throws {
        let fixture = try await fixture()
        let content = (0..<700_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }
        fixture.logs.write(Self.name, content)
        let body = try await stream(fixture)
        fixture.logs.write(Self.name, "more")
        #expect(body.byteCount == 700_000 && body.contentType == "text/plain")
        #expect(try await rest(body) == content)
        fixture.logs.write("empty", "")
        #expect(try await rest(stream(fixture, "empty")) == [])
    }

    @Test func itIsFollowedWhenItIsTurnedOverAndCutWhenItIsDeleted() async throws {
        let fixture = try await fixture()
        let content = [UInt8](repeating: 65, count: 600_000)
        fixture.logs.write(Self.name, content)
        let body = try await stream(fixture)
        let first = try #require(try await body.chunk(at: 0))
        fixture.logs.rename(Self.name, to: Self.name + ".1")
        fixture.logs.write(Self.name, "another")
        #expect(try await first + rest(body, from: Int64(first.count)) == content)
        fixture.logs.remove(Self.name + ".1")
        await #expect(throws: StreamedBody.Ended.self) { try await body.chunk(at: 10) }
    }

    @Test func whatIsNotThereIsNotFound() async throws {
        let fixture = try await fixture()
        for (instance, file, code) in [
            ("mydb", "../rdsadmin.password", "DBLogFileNotFoundFault"), ("nobody", Self.name, "DBInstanceNotFound"),
        ] {
            await fixture.refuses(
                PathAction.downloadCompleteLogFile, ["DBInstanceIdentifier": instance, "LogFileName": file], code: code,
                status: 404, saying: "")
        }
        await fixture.refuses(
            PathAction.downloadCompleteLogFile, ["DBInstanceIdentifier": "mydb", "LogFileName": Self.name, "Marker": "0"],
            code: "ValidationError", saying: "Marker")
    }
}
