import Foundation
import Testing

@testable import AWSWire

@Suite("Dates of signatures")
struct AmzDateTests {
    @Test(
        "Read and written",
        arguments: [
            ("19700101T000000Z", 0), ("20150830T123600Z", 1_440_938_160), ("20000229T235959Z", 951_868_799),
            ("20240229T000000Z", 1_709_164_800), ("20240301T000000Z", 1_709_251_200), ("21000301T000000Z", 4_107_542_400),
            ("99991231T235959Z", 253_402_300_799),
        ])
    func roundTrip(_ text: String, _ seconds: Int) throws {
        let date = try #require(AmzDate(text))
        #expect(date.seconds == seconds)
        #expect(AmzDate(seconds: seconds).text == text)
        #expect(AmzDate(seconds: seconds).day == text.prefix(8))
    }

    @Test(
        "Refused",
        arguments: [
            "", "20150830T123600", "20150830 123600Z", "20150830T123600z", "20151330T123600Z", "20150230T123600Z",
            "20150830T243600Z", "20150830T126000Z", "2015083aT123600Z", "20150830T123600ZZ", "2015-08-30T12:36:00Z",
            "19690101T000000Z", "+0150830T123600Z",
        ])
    func refused(_ text: String) {
        #expect(AmzDate(text) == nil)
    }

    @Test("HTTP dates")
    func httpDate() throws {
        let date = try #require(AmzDate(httpDate: "Sun, 06 Nov 1994 08:49:37 GMT"))
        #expect(date.text == "19941106T084937Z")
        #expect(date.httpDate == "Sun, 06 Nov 1994 08:49:37 GMT")
        #expect(AmzDate(httpDate: "Sun, 06 Nov 1994 08:49:37 -0000") == date)
        for bad in [
            "Sun, 06 Nov 1994 08:49:37 +0100", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 XXX 1994 08:49:37 GMT",
            "Sunday, 06-Nov-94 08:49:37 GMT", "",
        ] {
            #expect(AmzDate(httpDate: bad) == nil)
        }
    }

    @Test("Every day of four centuries follows the one before")
    func calendar() throws {
        var seen: Set<String> = []
        for day in stride(from: 0, to: 146_097, by: 1) {
            let date = AmzDate(seconds: day * 86_400)
            seen.insert(date.day)
            #expect(AmzDate(date.day + "T000000Z")?.seconds == date.seconds)
        }
        #expect(seen.count == 146_097)
    }
}
