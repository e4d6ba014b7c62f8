import Foundation
import Testing

@testable import Engines

@Suite struct ProcessStatusTests {
    static let line =
        "421 (a (very) odd) name) S 1 421 420 0 -1 4194560 900 0 0 0 1 2 0 0 20 0 1 0 123456 220000 5000 18446744073709551615 1"

    @Test func readsALineWithAnyCommandName() throws {
        let status = try #require(ProcessStatus(Self.line))
        #expect(status == ProcessStatus(Self.line))
        #expect(status.state == "S")
        #expect(status.parent == 1)
        #expect(status.session == 420)
        #expect(status.startTicks == 123_456)
        #expect(!status.hasEnded)
        #expect(ProcessStatus(Self.line.replacing(") S", with: ") Z"))?.hasEnded == true)
    }

    @Test(arguments: ["", "421", "421 (x)", "421 (x) S 1 2"]) func refusesHalfALine(_ text: String) {
        #expect(ProcessStatus(text) == nil)
    }

    /// A reboot is owed to processes that are older than its request: a new one must not seem old.
    @Test func knowsWhenAProcessBegan() throws {
        let before = Date().timeIntervalSince1970
        let child = Process()
        child.executableURL = URL(filePath: "/bin/sleep")
        child.arguments = ["30"]
        try child.run()
        defer {
            child.terminate()
            child.waitUntilExit()
        }
        let identity = try #require(ProcessIdentity.of(child.processIdentifier))
        // In whole ticks, rounded down.
        #expect(identity.startedAt > before - 1 / BootTime.ticksPerSecond - 0.001)
        #expect(identity.startedAt <= Date().timeIntervalSince1970)
    }

    @Test func weAreOurselves() throws {
        let identity = try #require(ProcessIdentity.of(getpid()))
        #expect(identity.isRunning)
        #expect(abs(identity.startedAt - Date().timeIntervalSince1970) < 3600)
        #expect(!ProcessIdentity(pid: identity.pid, startedAt: identity.startedAt - 5).isRunning)
        #expect(ProcessIdentity.of(-1) == nil)
    }
}
