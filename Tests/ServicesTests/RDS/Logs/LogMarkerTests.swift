import Testing

@testable import Services

@Suite struct LogMarkerTests {
    @Test func thereAndBack() throws {
        let marker = LogMarker(file: .max, offset: 1 << 40, sum: .max)
        #expect(try LogMarker(marker.text) == marker)
    }

    @Test(arguments: ["", "1", "1:2", "1:2:3:4", "1:-2:3", "-1:2:3", "a:b:c", "1: 2:3", "15:4485", "1:99999999999999999999:1"])
    func whatNoPortionCarried(text: String) {
        #expect(throws: InvalidMarker.self) { try LogMarker(text) }
    }

    @Test func theSumIsOfTheLastBytes() {
        let long = [UInt8](repeating: 1, count: 100)
        #expect(LogMarker.sum(long) == LogMarker.sum(long.suffix(LogMarker.contextBytes)))
        #expect(LogMarker.sum(long) != LogMarker.sum(long.dropLast() + [2]))
        #expect(LogMarker.sum([UInt8]()) == 0x811c_9dc5)
    }
}
