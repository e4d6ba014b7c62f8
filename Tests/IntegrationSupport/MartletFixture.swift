internal import Foundation

/// A Martlet of its own for one test: a temporary data directory, a free port, a `serve` that answers.
///
/// Cleaning up happens in the reverse order of setting up, whatever the test did: `martlet down`, then a look for anything
/// left on the machine, then the directory. After a failure the server's log is kept.
public struct MartletFixture: Sendable {
    public struct Failure: Error, CustomStringConvertible {
        public var description: String
        public init(_ description: String) { self.description = description }
    }

    /// `DIR`, absolute.
    public let directory: String
    /// Room for the test's own files; removed afterwards.
    public let scratch: String
    /// `127.0.0.1:PORT`
    public let listen: String
    /// Begins every identifier of this test, so that two tests never name the same endpoint.
    public let prefix: String
    /// Of `serve`, beside those.
    private let serverArguments: [String]

    public var log: String { scratch + "/serve.log" }
    private var gatewayLog: String { directory + "/gateway/gateway.log" }
    private var diskImage: String { scratch + "/disk.img" }

    /// Runs `body` against a server of its own.
    ///
    /// - Parameters:
    ///   - name: of the test, for the log that is kept after a failure.
    ///   - arguments: more of them for `serve`.
    ///   - disk: what its data directory is on.
    public static func withServer(
        _ name: String, arguments: [String] = [], on disk: TestDisk = .ordinary,
        _ body: @Sendable (MartletFixture) async throws -> Void
    ) async throws {
        let fixture = try MartletFixture(serverArguments: arguments.filter { !$0.isEmpty })
        var failure: (any Error)?
        do {
            try await disk.mount(at: fixture.directory, image: fixture.diskImage)
            try await fixture.serve()
            try await body(fixture)
        } catch {
            failure = error
        }
        do {
            try await fixture.cleanUp()
        } catch {
            failure = failure.map { Failure("\($0)\nand then, cleaning up: \(error)") } ?? error
        }
        if let failure {
            let kept = fixture.keepLog(named: name)
            fixture.removeDirectories(disk)
            throw Failure("\(failure)\n\(kept)")
        }
        fixture.removeDirectories(disk)
    }

    private init(serverArguments: [String]) throws {
        self.serverArguments = serverArguments
        let base = FileManager.default.temporaryDirectory.path(percentEncoded: false)
        let number = String(UInt32.random(in: 0..<0x100_0000), radix: 36)
        prefix = "t\(number)"
        scratch = "\(base.hasSuffix("/") ? String(base.dropLast()) : base)/martlet-\(prefix)"
        directory = scratch + "/data"
        listen = "127.0.0.1:\(try FreePort.find())"
        // The servers' own user has to get through.
        try FileManager.default.createDirectory(
            atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
    }

    // MARK: Setting up

    private func serve() async throws {
        try Data().write(to: URL(filePath: log))
        let output = try FileHandle(forWritingTo: URL(filePath: log))
        let words = [Toolbox.martlet, "serve", "--data-dir", directory, "--listen", listen] + serverArguments
        let process = try Command(words, environment: environment([:])).start(output: output)
        try "\(process.processIdentifier)".write(toFile: scratch + "/serve.pid", atomically: true, encoding: .utf8)
        let deadline = ContinuousClock.now + .seconds(60)
        while try await !isHealthy() {
            guard process.isRunning else { throw Failure("serve ended with status \(process.terminationStatus)") }
            guard ContinuousClock.now < deadline else { throw Failure("serve was not healthy within 60 s") }
            try await Task.sleep(for: .milliseconds(50))
        }
    }

    private func isHealthy() async throws -> Bool {
        try await HealthProbe.status(of: listen) == 200
    }

    // MARK: Using

    /// The environment of a client: what `martlet env` prints, and nothing of the user's own AWS settings.
    public func clientEnvironment() async throws -> [String: String] {
        let answer = try await martlet(["env", "--output", "json"])
        guard answer.status == 0 else { throw Failure("martlet env: \(answer.output)") }
        let exported = try JSONDecoder().decode([String: String].self, from: Data(answer.output.utf8))
        return environment(exported)
    }

    /// Runs `martlet VERB… --data-dir DIR`.
    @discardableResult
    public func martlet(_ words: [String], within limit: Duration = .seconds(120)) async throws -> Command.Answer {
        let command = Command([Toolbox.martlet] + words + ["--data-dir", directory], environment: environment([:]))
        return try await command.run(within: limit)
    }

    private func environment(_ more: [String: String]) -> [String: String] {
        var all = [
            "PATH": Toolbox.searchPath, "HOME": scratch, "LANG": "C.UTF-8", "TMPDIR": scratch, "TZ": "UTC",
            "AWS_EC2_METADATA_DISABLED": "true", "AWS_PAGER": "", "NO_PROXY": "127.0.0.1,localhost",
            "PAGER": "cat", "PGCONNECT_TIMEOUT": "30", "PYTHONDONTWRITEBYTECODE": "1",
            "MARTLET_BINARY": Toolbox.martlet, "MARTLET_DATA_DIR": directory, "MARTLET_LISTEN": listen,
            "MARTLET_SCRATCH": scratch, "MARTLET_PREFIX": prefix,
            "MARTLET_SERVE_ARGUMENTS": serverArguments.joined(separator: "\n"),
        ]
        all.merge(more) { _, new in new }
        return all
    }

    // MARK: Cleaning up

    private func cleanUp() async throws {
        let answer = try await martlet(["down"])
        guard answer.status == 0 else { throw Failure("martlet down ended with \(answer.status): \(answer.output)") }
        try refuseCrashes()
        let seen = FileManager.default.contents(atPath: scratch + "/endpoints") ?? Data()
        let hosts = String(decoding: seen, as: UTF8.self).split(separator: "\n").map(String.init).filter { $0.contains(prefix) }
        let leftovers = try await LeakCheck.leftovers(of: directory, hosts: hosts)
        guard leftovers.isEmpty else { throw Failure("left behind:\n" + leftovers.joined(separator: "\n")) }
    }

    /// What crashes is back so soon that a scenario may not notice.
    private func refuseCrashes() throws {
        for log in [log, gatewayLog] {
            let text = String(decoding: FileManager.default.contents(atPath: log) ?? Data(), as: UTF8.self)
            for sign in ["*** Signal ", "*** Program crashed", "Fatal error:", "*** Swift runtime failure"] {
                guard let place = text.range(of: sign) else { continue }
                throw Failure("\(log) tells of a crash:\n\(text[place.lowerBound...].prefix(4_000))")
            }
        }
    }

    private func keepLog(named name: String) -> String {
        let kept = Toolbox.directory(".build/test-logs/\(name).serve.log")
        let data = FileManager.default.contents(atPath: log) ?? Data()
        do {
            try FileManager.default.createDirectory(
                atPath: Toolbox.directory(".build/test-logs"), withIntermediateDirectories: true)
            try data.write(to: URL(filePath: kept))
        } catch {
            return "the server's log could not be kept: \(error)"
        }
        let end = String(decoding: data.suffix(4_000), as: UTF8.self)
        return "the server's log is kept in \(kept); its end:\n\(end)"
    }

    private func removeDirectories(_ disk: TestDisk) {
        // What still runs has been reported; it must not run on without its files.
        for process in LeakCheck.processes(of: directory) {
            if let pid = process.split(separator: " ").dropFirst().first.flatMap({ Int32($0.dropLast()) }) { kill(pid, SIGKILL) }
        }
        do {
            try disk.unmount(directory)
            try FileManager.default.removeItem(atPath: scratch)
        } catch {
            FileHandle.standardError.write(Data("cannot remove \(scratch): \(error)\n".utf8))
        }
    }
}
