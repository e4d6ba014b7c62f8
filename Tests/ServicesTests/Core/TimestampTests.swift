import Foundation
import Testing

@testable import Services

@Suite struct TimestampTests {
    @Test func writesMillisecondsAndUTC() {
        #expect(Timestamp.text(Date(timeIntervalSince1970: 1_763_679_600.25)) == "2025-11-20T23:00:00.250Z")
    }

    @Test(arguments: [
        ("2025-11-20T23:00:00Z", 1_763_679_600.0), ("2025-11-20T23:00:00.250Z", 1_763_679_600.25),
        ("2025-11-20T23:00Z", 1_763_679_600), ("2025-11-20T23:00:00", 1_763_679_600), ("2025-11-20T23:00", 1_763_679_600),
        ("2025-11-21T00:00:00+01:00", 1_763_679_600), ("2025-11-20", 1_763_596_800),
    ])
    func readsWhatClientsSend(text: String, seconds: Double) {
        #expect(Timestamp.parse(text)?.timeIntervalSince1970 == seconds)
    }

    @Test(arguments: [
        "", "now", "T", "2025-13-45T00:00:00Z", "2025-11-20T25:00:00Z", "2025-11-20T23:60Z", "2025-11-20T23", "2025-11-20TZ",
        "2025-11-20T1:2:3:4Z",
        String(repeating: "1", count: 50),
    ])
    func takesNothingElse(text: String) {
        #expect(Timestamp.parse(text) == nil)
    }
}
