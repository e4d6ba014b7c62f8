public import Foundation

/// A program that is run to its end, with a deadline. Its output goes through a file, so that nothing it leaves running
/// can hold the reader.
public struct Command: Sendable {
    public struct Answer: Sendable {
        public var status: Int32
        /// What it wrote to standard output and standard error, in order.
        public var output: String
    }

    public struct TookTooLong: Error, CustomStringConvertible {
        public var description: String
    }

    public var arguments: [String]
    /// Nil keeps the environment of the tests.
    public var environment: [String: String]?
    public var workingDirectory: String?

    public init(_ arguments: [String], environment: [String: String]? = nil, workingDirectory: String? = nil) {
        self.arguments = arguments
        self.environment = environment
        self.workingDirectory = workingDirectory
    }

    /// Runs it. When `limit` is over it is ended, and `TookTooLong` with what it had written is thrown.
    public func run(within limit: Duration) async throws -> Answer {
        let running = try Running(self, limit: limit)
        defer { running.forgetOutput() }
        while running.process.isRunning {
            if running.isLate { throw try running.ended() }
            try await Task.sleep(for: .milliseconds(10))
        }
        return try running.answer()
    }

    /// The same for places that cannot wait; it holds its thread.
    public func runBlocking(within limit: Duration) throws -> Answer {
        let running = try Running(self, limit: limit)
        defer { running.forgetOutput() }
        while running.process.isRunning {
            if running.isLate { throw try running.ended() }
            usleep(10_000)
        }
        return try running.answer()
    }

    /// Starts it without waiting.
    public func start(output: FileHandle) throws -> Process {
        let process = Process()
        process.executableURL = URL(filePath: arguments[0])
        process.arguments = Array(arguments.dropFirst())
        if let environment { process.environment = environment }
        if let workingDirectory { process.currentDirectoryURL = URL(filePath: workingDirectory) }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        try Self.withoutBlockedSignals { try process.run() }
        return process
    }

    /// Tasks run on threads that block all signals, and a program that they start inherits that: SIGTERM would not end it, and
    /// no alarm would reach it.
    private static func withoutBlockedSignals(_ body: () throws -> Void) rethrows {
        var (none, former) = (sigset_t(), sigset_t())
        sigemptyset(&none)
        pthread_sigmask(SIG_SETMASK, &none, &former)
        defer { pthread_sigmask(SIG_SETMASK, &former, nil) }
        try body()
    }
}

/// A started command, the file it writes to and the end of its time.
private struct Running {
    let command: Command
    let limit: Duration
    let process: Process
    private let output: URL
    private let deadline: ContinuousClock.Instant

    init(_ command: Command, limit: Duration) throws {
        self.command = command
        self.limit = limit
        output = FileManager.default.temporaryDirectory.appending(path: "martlet-output-\(UUID().uuidString)")
        try Data().write(to: output)
        deadline = ContinuousClock.now + limit
        process = try command.start(output: FileHandle(forWritingTo: output))
    }

    var isLate: Bool { ContinuousClock.now >= deadline }

    func answer() throws -> Command.Answer {
        process.waitUntilExit()
        return Command.Answer(status: process.terminationStatus, output: try written())
    }

    /// Ends the program, and says so.
    func ended() throws -> Command.TookTooLong {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
        let words = command.arguments.joined(separator: " ")
        return Command.TookTooLong(description: "\(words) took longer than \(limit):\n\(try written())")
    }

    func forgetOutput() {
        unlink(output.path(percentEncoded: false))
    }

    private func written() throws -> String {
        String(decoding: try Data(contentsOf: output), as: UTF8.self)
    }
}
