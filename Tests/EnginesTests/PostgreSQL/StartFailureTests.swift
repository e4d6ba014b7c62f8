import Testing

@testable import Engines

@Suite struct StartFailureTests {
    @Test func aRefusedSettingIsBadConfiguration() {
        let failure = StartFailure(
            log: """
                2026-11-20 23:00:00.123 UTC [7] LOG:  invalid value for parameter "max_connections": "abc"
                2026-11-20 23:00:00.123 UTC [7] FATAL:  configuration file "/x/postgresql.conf" contains errors

                """)
        #expect(failure.isConfiguration)
        #expect(failure.message.contains(#"invalid value for parameter "max_connections""#))
        #expect(!failure.message.contains("2026"))
    }

    @Test func aMissingLibraryIsBadConfiguration() {
        let failure = StartFailure(log: #"2026 UTC::@:[7]:FATAL:  could not access file "nolib": No such file or directory"#)
        #expect(failure.error == .exitedAtStart(message: failure.message, badConfiguration: true))
    }

    @Test(arguments: [
        "postgres: superuser_reserved_connections (3) must be less than max_connections (3)",
        "2026 UTC::@:[7]:FATAL:  WAL streaming (max_wal_senders > 0) requires wal_level \"replica\" or \"logical\"",
    ])
    func settingsThatDoNotFitTogetherAreBadConfiguration(_ line: String) {
        let failure = StartFailure(log: line)
        #expect(failure.isConfiguration && failure.message.contains("max_"))
    }

    @Test func damagedFilesAreNot() {
        let failure = StartFailure(log: "2026 UTC::@:[7]:PANIC:  could not locate a valid checkpoint record\n")
        let message = "PANIC: could not locate a valid checkpoint record"
        #expect(failure.error == .exitedAtStart(message: message, badConfiguration: false))
    }

    @Test(arguments: [
        ("FATAL:  could not map anonymous shared memory: Cannot allocate memory", true),
        ("FATAL:  could not write lock file: No space left on device", false),
    ])
    func namesWhatTheHostLacks(_ line: String, _ isMemory: Bool) {
        switch StartFailure(log: line).error {
        case .outOfMemory: #expect(isMemory)
        case .diskFull: #expect(!isMemory)
        default: Issue.record("neither memory nor disk")
        }
    }

    @Test func silenceIsSaid() {
        #expect(StartFailure(log: "").message == "it said nothing")
        #expect(StartFailure(log: "one\ntwo\n").message == "one; two")
    }
}
