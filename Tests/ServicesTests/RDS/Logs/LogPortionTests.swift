import AWSWire
import Synchronization
import Testing

@testable import Services

@Suite struct LogPortionTests {
    static let postgres = "error/postgresql.log.2025-11-20-23"
    static let slow = "slowquery/mysql-slowquery.log"

    private func fixture() async throws -> Fixture {
        let fixture = try Fixture()
        try await fixture.createAvailable()
        return fixture
    }

    private struct Portion {
        var data: String
        var marker: String
        var isMore: Bool
    }

    private func ask(_ fixture: Fixture, _ name: String, marker: String? = nil, lines: Int? = nil) async throws -> Portion {
        var query = ["DBInstanceIdentifier": "mydb", "LogFileName": name]
        query["Marker"] = marker
        query["NumberOfLines"] = lines.map(String.init)
        let answer = try await fixture.rds("DownloadDBLogFilePortion", query)
        return Portion(
            data: try #require(answer["LogFileData"]).text, marker: try #require(answer["Marker"]).text,
            isMore: answer["AdditionalDataPending"]?.text == "true")
    }

    /// All portions from a marker on, put together.
    private func rest(_ fixture: Fixture, _ name: String, marker: String = "0", lines: Int? = nil) async throws -> Portion {
        var all = Portion(data: "", marker: marker, isMore: true)
        while all.isMore {
            let next = try await ask(fixture, name, marker: all.marker, lines: lines)
            all = Portion(data: all.data + next.data, marker: next.marker, isMore: next.isMore)
        }
        return all
    }

    @Test func fromTheBeginningFromTheEndAndOn() async throws {
        let fixture = try await fixture()
        fixture.logs.write(Self.postgres, "one\ntwo\nthree\nfour\n")
        let first = try await ask(fixture, Self.postgres, marker: "0", lines: 2)
        #expect(first.data == "one\ntwo\n" && first.isMore)
        let second = try await ask(fixture, Self.postgres, marker: first.marker, lines: 2)
        #expect(second.data == "three\nfour\n" && !second.isMore)
        let nothing = try await ask(fixture, Self.postgres, marker: second.marker)
        #expect(nothing.data == "" && !nothing.isMore && nothing.marker == second.marker)
        let tail = try await ask(fixture, Self.postgres, lines: 1)
        #expect(tail.data == "four\n" && !tail.isMore && tail.marker == second.marker)
        #expect(try await ask(fixture, Self.postgres).data == "one\ntwo\nthree\nfour\n")
        fixture.logs.write(Self.postgres, "five")
        #expect(try await ask(fixture, Self.postgres, marker: tail.marker).data == "five")
    }

    @Test func noPortionIsLargerThanAllowedAndNothingIsLost() async throws {
        let fixture = try await fixture()
        let line = String(repeating: "x", count: 999) + "\n"
        let text = String(repeating: line, count: 2500) + String(repeating: "y", count: 1_500_000) + "€\nend"
        fixture.logs.write(Self.postgres, text)
        #expect(try await rest(fixture, Self.postgres).data == text)
        let first = try await ask(fixture, Self.postgres, marker: "0")
        #expect(first.data.utf8.count == 1_048_000, "it ends with a line")
        let tail = try await ask(fixture, Self.postgres)
        #expect(tail.data == "end" && !tail.isMore, "the line before is longer than a portion")
    }

    @Test func tenThousandLinesAreTheMost() async throws {
        let fixture = try await fixture()
        fixture.logs.write(Self.postgres, String(repeating: "a\n", count: 10_001))
        for lines in [nil, 10_000, 50_000] {
            let first = try await ask(fixture, Self.postgres, marker: "0", lines: lines)
            #expect(first.data.utf8.count == 20_000 && first.isMore)
            #expect(try await ask(fixture, Self.postgres, lines: lines).data.utf8.count == 20_000)
        }
    }

    @Test func bytesThatAreNoTextDoNotBreakPaging() async throws {
        let fixture = try await fixture()
        fixture.logs.write(Self.postgres, Array("a\u{1}b\n".utf8) + [0xFF, 0xC3, 0x28, 0x0A] + Array("käse".utf8.dropLast(3)))
        let first = try await rest(fixture, Self.postgres, lines: 1)
        #expect(first.data == "a\u{1}b\n\u{FFFD}\u{FFFD}(\nk\u{FFFD}")
        let other = try await fixture.withLogs(half: Array("k".utf8) + [0xC3])
        let held = try await ask(other, Self.postgres, marker: "0")
        #expect(held.data == "k" && held.isMore, "the other half may be on its way")
        other.logs.write(Self.postgres, [0xA4])
        #expect(try await ask(other, Self.postgres, marker: held.marker).data == "ä")
    }

    @Test func aFileThatIsTurnedOverIsReadToItsEndAndThenItsSuccessor() async throws {
        let fixture = try await fixture()
        fixture.logs.write(Self.slow, "1\n2\n")
        let first = try await ask(fixture, Self.slow, marker: "0", lines: 1)
        fixture.logs.rename(Self.slow, to: "\(Self.slow).2025-11-20.23")
        let between = try await ask(fixture, Self.slow, marker: first.marker)
        #expect(between.data == "2\n" && !between.isMore, "its successor is not there yet")
        fixture.logs.write(Self.slow, "3\n")
        fixture.logs.rename(Self.slow, to: "\(Self.slow).2025-11-20.23.1")
        fixture.logs.write(Self.slow, "4\n")
        #expect(try await rest(fixture, Self.slow, marker: first.marker).data == "2\n3\n4\n")
        #expect(try await rest(fixture, Self.slow, marker: between.marker).data == "3\n4\n")
        #expect(try await rest(fixture, "\(Self.slow).2025-11-20.23").data == "1\n2\n", "it stands for itself")
        #expect(try await rest(fixture, Self.slow).data == "4\n")
    }

    @Test func aMarkerOfAFileThatIsGoneGoesOnWithTheOldestThatIsLeft() async throws {
        let fixture = try await fixture()
        fixture.logs.write(Self.slow, "1\n")
        let marker = try await ask(fixture, Self.slow).marker
        fixture.logs.remove(Self.slow)
        fixture.logs.write("\(Self.slow).2025-11-20.23", "2\n")
        fixture.logs.write(Self.slow, "3\n")
        #expect(try await rest(fixture, Self.slow, marker: marker).data == "2\n3\n")
    }

    @Test func aMarkerOfAFileThatWasCutBeginsAnew() async throws {
        let fixture = try await fixture()
        fixture.logs.write(Self.postgres, "old old old\n")
        let marker = try await ask(fixture, Self.postgres).marker
        fixture.logs.replace(Self.postgres, "new\n")
        #expect(try await ask(fixture, Self.postgres, marker: marker).data == "new\n")
        fixture.logs.replace(Self.postgres, "new, and longer than before\n")
        #expect(try await ask(fixture, Self.postgres, marker: marker).data == "new, and longer than before\n")
    }

    /// Writes, turns over and reads in a random order; what was read must be what was written.
    @Test(arguments: 0..<40) func nothingIsLostOrDoubledWhateverHappensMeanwhile(seed: Int) async throws {
        let fixture = try await fixture()
        var random = Seeded(state: UInt64(seed))
        fixture.logs.write(Self.slow, "")
        var (written, read, turns) = ("", "", 0)
        var marker = try await ask(fixture, Self.slow, marker: "0").marker
        for _ in 0..<120 {
            switch Int.random(in: 0..<6, using: &random) {
            case 0, 1:
                let text = ["line\n", "half a", "ä€\n", "\n", "🦅", "no newline"][Int.random(in: 0..<6, using: &random)]
                fixture.logs.write(Self.slow, text)
                written += text
            case 2:
                turns += 1
                fixture.logs.rename(Self.slow, to: LogTurns.name(Self.slow, turns))
                if Bool.random(using: &random) { fixture.logs.write(Self.slow, "") } else { try await step() }
                fixture.logs.write(Self.slow, "")
            default: try await step()
            }
        }
        func step() async throws {
            let portion = try await ask(fixture, Self.slow, marker: marker, lines: Int.random(in: 1...4, using: &random))
            read += portion.data
            marker = portion.marker
        }
        read += try await rest(fixture, Self.slow, marker: marker).data
        #expect(read == written)
    }

    @Test func aFileTurnedOverBetweenLookingAndReadingIsFoundAgain() async throws {
        let fixture = try await fixture()
        fixture.logs.write(Self.slow, "1\n")
        let marker = try await ask(fixture, Self.slow, marker: "0").marker
        fixture.logs.write(Self.slow, "2\n")
        let logs = fixture.logs
        logs.beforeRead.withLock { hook in
            hook = {
                logs.beforeRead.withLock { $0 = nil }
                logs.rename(Self.slow, to: "\(Self.slow).2025-11-20.23")
                logs.write(Self.slow, "3\n")
            }
        }
        #expect(try await rest(fixture, Self.slow, marker: marker).data == "2\n3\n")
    }

    @Test(arguments: [
        (["LogFileName": "error/none.log"], "DBLogFileNotFoundFault", 404, "error/none.log"),
        (["LogFileName": "../../secrets"], "DBLogFileNotFoundFault", 404, ""),
        (["LogFileName": "error/../error/postgresql.log.2025-11-20-23"], "DBLogFileNotFoundFault", 404, ""),
        (["LogFileName": "error"], "DBLogFileNotFoundFault", 404, ""),
        (["DBInstanceIdentifier": "nobody"], "DBInstanceNotFound", 404, "nobody"),
        (["Marker": "12:4485"], "InvalidParameterValue", 400, "Marker"),
        (["Marker": "x"], "InvalidParameterValue", 400, "Marker"),
        (["NumberOfLines": "0"], "InvalidParameterValue", 400, "NumberOfLines"),
        (["NumberOfLines": "many"], "InvalidParameterValue", 400, "NumberOfLines"),
        (["LogFileName": ""], "MissingParameter", 400, "LogFileName"),
    ])
    func refusals(change: [String: String], code: String, status: Int, text: String) async throws {
        let fixture = try await fixture()
        fixture.logs.write(Self.postgres, "x\n")
        let query = ["DBInstanceIdentifier": "mydb", "LogFileName": Self.postgres].merging(change) { $1 }
        await fixture.refuses("DownloadDBLogFilePortion", query, code: code, status: status, saying: text)
    }
}

enum LogTurns {
    static func name(_ stem: String, _ number: Int) -> String { "\(stem).2025-11-20.23.\(number)" }
}

/// Knuth's linear congruential generator: the same numbers each time.
struct Seeded: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ (state >> 29)
    }
}

extension Fixture {
    /// Another one, with an instance whose log ends like this.
    fileprivate func withLogs(half bytes: [UInt8]) async throws -> Fixture {
        let other = try Fixture()
        try await other.createAvailable()
        other.logs.write(LogPortionTests.postgres, bytes)
        return other
    }
}
