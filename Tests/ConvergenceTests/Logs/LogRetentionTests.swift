import Engines
import Foundation
import Resources
import Testing

@testable import Convergence

@Suite struct LogRetentionTests {
    /// 2026-11-21 02:30 UTC
    static let now = Date(timeIntervalSince1970: 1_795_228_200)
    static let slow = "slowquery/mysql-slowquery.log"

    private static func policy(_ streams: LogPolicy.Stream..., total: Int64 = 1000) -> LogPolicy {
        LogPolicy(streams: streams, retentionSeconds: 86_400, totalBytes: total)
    }

    /// `hours`: how long ago its last line was written.
    private static func file(_ name: String, _ size: Int64 = 10, hours: Double = 0, id: UInt64 = 0) -> DBLogFile {
        let written = now.timeIntervalSince1970 - hours * 3600
        return DBLogFile(
            name: name, sizeBytes: size, lastWrittenMs: Int64(written * 1000),
            id: id == 0 ? UInt64(truncatingIfNeeded: name.hashValue) : id)
    }

    private func actions(_ files: [DBLogFile], _ policy: LogPolicy, lookedMinutesAgo: Double? = 1) -> [LogAction] {
        LogRetention.actions(
            files, policy, now: Self.now, lastLook: lookedMinutesAgo.map { Self.now.addingTimeInterval(-$0 * 60) })
    }

    static let postgres = policy(.dated(prefix: "error/postgresql.log."), .own("error/postgres.log"))

    @Test func postgreSQLFilesGoWhenTheyAreOld() {
        let files = [
            Self.file("error/postgres.log", hours: 200), Self.file("error/postgresql.log.2026-11-20-01", hours: 25.5),
            Self.file("error/postgresql.log.2026-11-20-03", hours: 23.5), Self.file("error/postgresql.log.2026-11-21-02"),
        ]
        #expect(actions(files, Self.postgres) == [.delete("error/postgresql.log.2026-11-20-01")])
    }

    @Test func theFileThatIsWrittenToStaysHoweverOldItIs() {
        #expect(actions([Self.file("error/postgresql.log.2026-11-01-02", hours: 480)], Self.postgres) == [])
    }

    @Test func theOldestGoFirstWhenAllIsTooMuch() {
        let files = [
            Self.file("error/postgresql.log.2026-11-21-00", 500, hours: 2),
            Self.file("error/postgresql.log.2026-11-21-01", 500, hours: 1),
            Self.file("error/postgresql.log.2026-11-21-02", 200),
        ]
        #expect(actions(files, Self.postgres) == [.delete("error/postgresql.log.2026-11-21-00")])
    }

    @Test func aPostgreSQLFileThatIsTooLargeIsTurnedOver() {
        let name = "error/postgresql.log.2026-11-21-02"
        #expect(actions([Self.file(name, 250)], Self.postgres) == [.turnOver(name, to: "\(name).1"), .reopen])
        #expect(
            actions([Self.file(name, 250), Self.file("\(name).1", 250)], Self.postgres)
                == [.turnOver(name, to: "\(name).2"), .reopen])
    }

    @Test func aServerThatWasNotToldAfterTheRenameIsTold() {
        let files = [
            Self.file("error/postgresql.log.2026-11-21-02.1", 250), Self.file("error/postgresql.log.2026-11-21-01", hours: 1),
        ]
        #expect(actions(files, Self.postgres) == [.reopen])
        #expect(actions([Self.file("\(Self.slow).2026-11-21.02")], Self.policy(.hourly(Self.slow))) == [.reopen])
    }

    @Test func anHourlyFileIsTurnedOverWhenAnHourHasEnded() {
        let policy = Self.policy(.hourly(Self.slow))
        let turned: [LogAction] = [.turnOver(Self.slow, to: "\(Self.slow).2026-11-21.02"), .reopen]
        #expect(actions([Self.file(Self.slow)], policy) == [])
        #expect(actions([Self.file(Self.slow)], policy, lookedMinutesAgo: 31) == turned)
        #expect(actions([Self.file(Self.slow)], policy, lookedMinutesAgo: nil) == [], "it may have begun in this hour")
        #expect(actions([Self.file(Self.slow, hours: 1)], policy, lookedMinutesAgo: nil) == turned)
        #expect(actions([Self.file(Self.slow, 0, hours: 1)], policy, lookedMinutesAgo: 31) == [], "nothing is in it")
    }

    @Test func aSecondOneOfTheHourGetsANumber() {
        let policy = Self.policy(.hourly(Self.slow))
        let files = [Self.file(Self.slow, 250), Self.file("\(Self.slow).2026-11-21.02", 1)]
        #expect(actions(files, policy) == [.turnOver(Self.slow, to: "\(Self.slow).2026-11-21.02.1"), .reopen])
    }

    @Test func whatIsDoneIsNotDoneAgain() {
        let policy = Self.policy(.hourly(Self.slow))
        let files = [Self.file(Self.slow, 0), Self.file("\(Self.slow).2026-11-21.02", 10)]
        #expect(actions(files, policy, lookedMinutesAgo: 31) == [])
        #expect(actions([], policy) == [])
    }

    @Test func theAuditLogIsTurnedOverByItsPlugin() {
        let audit = "audit/server_audit.log"
        let files = [
            Self.file(audit, 900, hours: 100), Self.file("\(audit).1", 10, hours: 101), Self.file("\(audit).2", 10, hours: 1),
        ]
        #expect(actions(files, Self.policy(.own(audit))) == [.delete("\(audit).1")])
    }

    @Test func theStartupFileIsNeverTouched() {
        let files = [Self.file("error/postgres.log", 900, hours: 100), Self.file("error/postgres.log.1", 10, hours: 100)]
        #expect(actions(files, Self.postgres) == [.delete("error/postgres.log.1")])
    }
}
