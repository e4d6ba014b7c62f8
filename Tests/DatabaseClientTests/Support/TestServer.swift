import Foundation
import Synchronization

/// A program that a test starts as an unprivileged user, in a directory of its own, and ends.
final class TestServer: @unchecked Sendable {
    let directory: String
    private let lock = NSLock()
    private var process: Process?

    /// Unprivileged when the tests run as root; servers refuse to be root.
    static let isRoot = getuid() == 0

    init(_ name: String) async throws {
        // Its user must be able to walk there, which need not be so with the directory of the tests.
        directory = "/tmp/martlet-dc-\(name)-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        if Self.isRoot {
            try await Self.run(["chown", "nobody:nogroup", directory])
        }
    }

    /// Its scratch files go to its own directory: that of the tests need not be writable for it.
    private func unprivileged(_ command: [String]) -> [String] {
        let user = Self.isRoot ? ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"] : []
        return user + ["env", "TMPDIR=\(directory)"] + command
    }

    /// Runs a program to its end, on a thread of its own: where few threads serve all tasks, none may wait in one.
    static func run(_ command: [String]) async throws {
        try await blocking { try runBlocking(command) }
    }

    private static func blocking<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { continuation.resume(with: Result(catching: work)) }
        }
    }

    private static func runBlocking(_ command: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = command
        let output = Pipe()
        process.standardOutput = output
        process.standardError = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw TestFailure("\(command.joined(separator: " ")): \(text)") }
    }

    /// Runs a program to its end. Where it fails nothing is left of the server.
    func prepare(_ command: [String]) async throws {
        do {
            try await Self.run(unprivileged(command))
        } catch {
            try remove()
            throw error
        }
    }

    func start(_ command: [String]) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = unprivileged(command)
        process.currentDirectoryURL = URL(fileURLWithPath: directory)
        let log = directory + "/log"
        if !FileManager.default.fileExists(atPath: log) { _ = FileManager.default.createFile(atPath: log, contents: nil) }
        let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
        handle.seekToEndOfFile()
        process.standardOutput = handle
        process.standardError = handle
        try process.run()
        lock.withLock { self.process = process }
    }

    /// Ends it with a signal and waits for it.
    func end(_ signal: Int32) async throws {
        try await Self.blocking { [self] in
            guard let process = lock.withLock({ self.process }) else { return }
            kill(process.processIdentifier, signal)
            process.waitUntilExit()
            lock.withLock { self.process = nil }
        }
    }

    /// Ends it with a signal after `body`, however that ended, and leaves nothing of it.
    func ended<Value>(by signal: Int32, after body: () async throws -> Value) async throws -> Value {
        do {
            let value = try await body()
            try await end(signal)
            try remove()
            return value
        } catch {
            try await end(signal)
            try remove()
            throw error
        }
    }

    var isRunning: Bool { lock.withLock { process?.isRunning ?? false } }

    var log: String { (try? String(contentsOfFile: directory + "/log", encoding: .utf8)) ?? "" }

    func remove() throws {
        if FileManager.default.fileExists(atPath: directory) { try FileManager.default.removeItem(atPath: directory) }
    }
}

/// What outlives the tests that use it.
let removedAtExit: Mutex<[String]> = {
    atexit {
        for directory in removedAtExit.withLock({ $0 }) {
            do { try FileManager.default.removeItem(atPath: directory) } catch { print("\(directory) is left: \(error)") }
        }
    }
    return Mutex([])
}()

struct TestFailure: Error, CustomStringConvertible {
    var description: String
    init(_ description: String) { self.description = description }
}

/// Waits until `condition` holds, at most `seconds`.
func eventually(_ what: String, seconds: Double = 60, _ condition: () async throws -> Bool) async throws {
    let deadline = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < deadline {
        if try await condition() { return }
        try await Task.sleep(for: .milliseconds(20))
    }
    throw TestFailure("not within \(seconds) s: \(what)")
}

/// A program's path, in `PATH` or where Debian hides servers.
func program(_ name: String, in directories: [String] = []) -> String? {
    let paths =
        directories + (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map(String.init)
        + ["/usr/sbin", "/usr/local/sbin"]
    return paths.map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
}

/// A TCP port that is free now, and that nobody else here was told: a server takes it seconds later.
func freePort() throws -> Int {
    for _ in 0..<100 {
        let (descriptor, port) = try boundSocket()
        close(descriptor)
        if promisedPorts.withLock({ $0.insert(port).inserted }) { return port }
    }
    throw TestFailure("no port is free that was not promised")
}

private let promisedPorts = Mutex<Set<Int>>([])

/// A socket on a loopback port of its own, which can listen.
func boundSocket() throws -> (descriptor: Int32, port: Int) {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isBound = withUnsafeMutablePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
        }
    }
    guard isBound else {
        close(descriptor)
        throw TestFailure("no port is free")
    }
    return (descriptor, Int(UInt16(bigEndian: address.sin_port)))
}
