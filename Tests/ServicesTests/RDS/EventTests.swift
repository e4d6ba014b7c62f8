import AWSWire
import Foundation
import Resources
import Testing

@testable import Services

@Suite struct EventTests {
    /// Events `minutes` before now.
    private func fixture(_ minutes: [Double]) async throws -> Fixture {
        let fixture = try Fixture()
        try await fixture.store.write { transaction in
            for (index, minute) in minutes.enumerated() {
                try transaction.record(
                    DBEvent(
                        region: "us-east-1", sourceType: .dbInstance, sourceIdentifier: index % 2 == 0 ? "a" : "b",
                        sourceARN: "arn", message: "m\(index)", categories: index % 2 == 0 ? [.creation] : [.availability],
                        date: Fixture.start.addingTimeInterval(-minute * 60)))
            }
        }
        return fixture
    }

    private func messages(_ answer: XML) -> [String] { answer.all("Events").compactMap { $0["Message"]?.text } }

    @Test func theLastHourUnlessAskedOtherwise() async throws {
        let fixture = try await fixture([120, 59, 0])
        #expect(messages(try await fixture.rds("DescribeEvents")) == ["m1", "m2"])
        #expect(messages(try await fixture.rds("DescribeEvents", ["Duration": "180"])) == ["m0", "m1", "m2"])
        #expect(messages(try await fixture.rds("DescribeEvents", ["Duration": "10"])) == ["m2"])
    }

    @Test func betweenTwoDates() async throws {
        let fixture = try await fixture([120, 59, 0])
        #expect(
            messages(try await fixture.rds("DescribeEvents", ["StartTime": "2025-11-20T20:00Z", "EndTime": "2025-11-20T22:00Z"]))
                == ["m0"])
        #expect(messages(try await fixture.rds("DescribeEvents", ["StartTime": "2025-11-20T22:00:30Z"])) == ["m1", "m2"])
        #expect(
            messages(try await fixture.rds("DescribeEvents", ["StartTime": "2025-11-20T21:00:00Z", "Duration": "30"])) == ["m0"])
        #expect(messages(try await fixture.rds("DescribeEvents", ["EndTime": "2025-11-20T21:30:00Z"])) == ["m0"])
    }

    @Test func bySourceAndCategory() async throws {
        let fixture = try await fixture([3, 2, 1])
        let source = ["SourceType": "db-instance", "SourceIdentifier": "B"]
        #expect(messages(try await fixture.rds("DescribeEvents", source)) == ["m1"])
        #expect(
            messages(try await fixture.rds("DescribeEvents", ["EventCategories.EventCategory.1": "creation"])) == ["m0", "m2"])
        #expect(messages(try await fixture.rds("DescribeEvents", ["SourceType": "db-snapshot"])) == [])
        let event = try #require(try await fixture.rds("DescribeEvents", source).all("Events").first)
        #expect(event["SourceType"]?.text == "db-instance")
        #expect(event["Date"]?.text == "2025-11-20T22:58:00.000Z")
        #expect(event["EventCategories.EventCategory"]?.text == "availability")
    }

    @Test func pagesWalkAllEvents() async throws {
        let fixture = try await fixture((0..<45).map { 50 - Double($0) })
        var seen: [String] = []
        var query = ["MaxRecords": "20"]
        repeat {
            let answer = try await fixture.rds("DescribeEvents", query)
            seen += messages(answer)
            query["Marker"] = answer["Marker"]?.text
        } while query["Marker"] != nil
        #expect(seen == (0..<45).map { "m\($0)" })
    }

    @Test func theRangeStandsStillFromPageToPage() async throws {
        let fixture = try await fixture((0..<45).map { 59 - Double($0) })
        let first = try await fixture.rds("DescribeEvents", ["MaxRecords": "20"])
        fixture.advance(1800)
        let marker = try #require(first["Marker"]?.text)
        let second = try await fixture.rds("DescribeEvents", ["MaxRecords": "20", "Marker": marker])
        #expect(messages(second).first == "m20")
    }

    @Test(arguments: [
        (["Marker": "ZTAgMSA5MjIzMzcyMDM2ODU0Nzc1ODA3"], "InvalidParameterValue", "Marker"),
        (["Marker": "ZTEgMg=="], "InvalidParameterValue", "Marker"), (["Marker": "eHh4"], "InvalidParameterValue", "Marker"),
        (["SourceIdentifier": "a"], "InvalidParameterCombination", "SourceType"),
        (["SourceType": "db-toaster"], "InvalidParameterValue", "SourceType"),
        (["EventCategories.EventCategory.1": "gossip"], "InvalidParameterValue", "gossip"),
        (["Duration": "0"], "InvalidParameterValue", "Duration"),
        (["StartTime": "2025-11-20T22:00Z", "EndTime": "2025-11-20T21:00Z"], "InvalidParameterCombination", "StartTime"),
        (["Filters.Filter.1.Name": "x"], "InvalidParameterCombination", "Filters"),
    ])
    func refusals(query: [String: String], code: String, text: String) async throws {
        let fixture = try Fixture()
        await fixture.refuses("DescribeEvents", query, code: code, saying: text)
    }
}
