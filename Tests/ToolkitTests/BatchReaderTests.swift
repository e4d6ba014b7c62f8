import Foundation
import Testing

@testable import Toolkit

@Suite struct BatchReaderTests {
    /// Rows without end, or `count` of them; who closes it, and when, is kept.
    private final class Rows: RowSource {
        final class Record: @unchecked Sendable {
            var closer: Thread?
            var reader: Thread?
        }

        let record: Record
        private var left: Int

        init(_ count: Int, _ record: Record) {
            left = count
            self.record = record
        }

        func read(into lines: inout [UInt8], limitBytes: Int) throws -> Int {
            record.reader = Thread.current
            guard left > 0 else { return 0 }
            left -= 1
            lines += Array("row\n".utf8)
            return 1
        }

        func close() { record.closer = Thread.current }
    }

    @Test("After an early stop the reading thread has left the session, and nobody else keeps its rows")
    func earlyStop() throws {
        for taken in 0..<50 {
            let record = Rows.Record()
            weak var rows: Rows?
            let reader = {
                let made = Rows(.max, record)
                rows = made
                return BatchReader(made, batchBytes: 10)
            }()
            for _ in 0..<taken % 3 { #expect(try reader.next()?.rows == 1) }
            reader.stop()
            #expect(rows == nil && record.closer != nil && record.closer === record.reader)
        }
    }

    @Test("All rows come, and then the end, as often as it is asked for")
    func end() throws {
        let record = Rows.Record()
        let reader = BatchReader(Rows(3, record), batchBytes: 10)
        for _ in 0..<3 { #expect(try reader.next()?.lines == Array("row\n".utf8)) }
        for _ in 0..<2 { #expect(try reader.next() == nil) }
        reader.stop()
        #expect(record.closer === record.reader)
    }
}
