import Foundation
import Testing

@testable import Engines

@Suite struct ProcessLifeTests {
    private func spawn(_ words: String...) throws -> (watch: ProcessWatch, identity: ProcessIdentity) {
        let launch = ProcessLaunch(program: words[0], arguments: Array(words.dropFirst()))
        let output = try Descriptor(opening: "/dev/null", O_WRONLY)
        let watch = try ProcessWatcher.shared.watch(child: launch.spawn(output: output))
        return (watch, try #require(ProcessIdentity.of(watch.pid)))
    }

    @Test func aDeathIsKnownAtOnceAndLeavesNoZombie() async throws {
        let (watch, identity) = try spawn("/bin/sleep", "600")
        let started = ContinuousClock.now
        kill(identity.pid, SIGKILL)
        try await ProcessWatcher.shared.end(of: identity)
        await watch.wait()
        let noticed = try #require(watch.endedAt)
        #expect(noticed - started < .seconds(20))
        #expect(ProcessStatus.of(identity.pid) == nil)
    }

    @Test func waitingForAStrangerReturnsAtOnce() async throws {
        let (watch, identity) = try spawn("/bin/sleep", "600")
        try await ProcessWatcher.shared.end(of: ProcessIdentity(pid: identity.pid, startedAt: 1))
        kill(identity.pid, SIGKILL)
        #expect(await watch.ends(within: .seconds(30)))
    }

    @Test func aCancelledWaitEnds() async throws {
        let (watch, identity) = try spawn("/bin/sleep", "600")
        let waiting = Task { try await ProcessWatcher.shared.end(of: identity) }
        try await Task.sleep(for: .milliseconds(20))
        waiting.cancel()
        try await waiting.value
        #expect(identity.isRunning)
        kill(identity.pid, SIGKILL)
        #expect(await watch.ends(within: .seconds(30)))
    }

    @Test func endingEscalates() async throws {
        let (_, polite) = try spawn("/bin/sleep", "600")
        func ladder(_ patience: Duration) -> ProcessEnding {
            ProcessEnding(steps: [.init(signal: SIGINT, patience: patience), .init(signal: SIGKILL, patience: .seconds(30))])
        }
        #expect(try await ladder(.seconds(30)).perform(on: polite) == SIGINT)
        #expect(try await ladder(.seconds(30)).perform(on: polite) == nil)
        let (_, hung) = try spawn("/bin/sleep", "600")
        kill(hung.pid, SIGSTOP)
        while ProcessStatus.of(hung.pid)?.state != "T" { try await Task.sleep(for: .milliseconds(1)) }
        #expect(try await ladder(.milliseconds(300)).perform(on: hung) == SIGKILL)
    }

    @Test func theNewProcessHasACleanEnvironmentAndOurDescriptorOnly() async throws {
        let directory = try Descriptor.directory("/usr")
        var launch = ProcessLaunch(program: "/bin/sh", arguments: ["-c", "env; ls /proc/self/fd; readlink /proc/self/fd/3; pwd"])
        launch.dataDirectory = directory
        let said = try await ToolRun.run(launch, limit: .seconds(30)).split(separator: "\n").map(String.init)
        let variables = Set(said.filter { $0.contains("=") }.map { $0.prefix { $0 != "=" } })
        #expect(variables.isSubset(of: ["PATH", "LC_ALL", "TZ", "HOME", "PWD", "OLDPWD", "SHLVL", "_"]))
        // 4 is the directory that ls itself reads.
        #expect(said.filter { Int($0) != nil } == ["0", "1", "2", "3", "4"])
        #expect(said.suffix(2) == ["/usr", "/"])
    }

    @Test func nothingIsStartedAsRootForSomeoneElse() throws {
        let launch = ProcessLaunch(program: "/bin/true", arguments: [], user: EngineUser(name: "root", uid: 0, gid: 0))
        #expect(throws: EngineError.self) { try launch.command() }
        let other = ProcessLaunch(program: "/p", arguments: ["a"], user: EngineUser(name: "u", uid: 7, gid: 8), niceness: 5)
        let command = try other.command()
        #expect(command.prefix(3) == ["/usr/bin/nice", "-n", "5"])
        #expect(command.contains("--reuid=7") && command.contains("--regid=8") && command.contains("--no-new-privs"))
        #expect(command.suffix(2) == ["/p", "a"])
    }

    @Test func toolsReportFailureAndAreCutShort() async throws {
        await #expect(throws: EngineError.system(what: "sh", reason: "oops")) {
            try await ToolRun.run(ProcessLaunch(program: "/bin/sh", arguments: ["-c", "echo oops; exit 3"]), limit: .seconds(30))
        }
        await #expect(throws: EngineError.timedOut(what: "sleep", seconds: 0)) {
            try await ToolRun.run(ProcessLaunch(program: "/bin/sleep", arguments: ["60"]), limit: .milliseconds(100))
        }
        let running = Task {
            try await ToolRun.run(ProcessLaunch(program: "/bin/sleep", arguments: ["60"]), limit: .seconds(60))
        }
        try await Task.sleep(for: .milliseconds(50))
        running.cancel()
        await #expect(throws: CancellationError.self) { try await running.value }
    }

    @Test func aHolderIsFoundByItsDescriptorAndCleared() async throws {
        let path = "/tmp/martlet-test-\(UUID().uuidString.prefix(8))"
        try FileSystem.makeDirectory(path, mode: 0o700)
        var launch = ProcessLaunch(program: "/bin/sleep", arguments: ["60"])
        launch.dataDirectory = try Descriptor.directory(path)
        let watch = try ProcessWatcher.shared.watch(
            child: launch.spawn(output: Descriptor(opening: "/dev/null", O_WRONLY)))
        let program = try #require(ProcessIdentity.of(watch.pid)?.programName)
        #expect(DirectoryHolders(programs: [program]).find(under: path).map(\.pid) == [watch.pid])
        #expect(DirectoryHolders(programs: ["postgres"]).find(under: path).isEmpty)
        #expect(DirectoryHolders(programs: [program]).find(under: String(path.dropLast())).isEmpty)
        try await DirectoryHolders(programs: [program]).clear(path, patience: .zero)
        #expect(await watch.ends(within: .seconds(30)))
        try TreeRemoval.remove(path)
    }
}
