internal import Foundation
internal import Keys

/// A command that prints a passphrase. Its arguments are no secret; its output is.
enum PassphraseCommand {
    /// - Throws: `InstallationError` when it fails, or has not ended in time.
    static func run(_ command: String, timeout: Duration = .seconds(60)) async throws -> Data {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", command]
        let output = Pipe()
        process.standardOutput = output
        process.standardInput = FileHandle.nullDevice
        try process.run()
        let deadline = ContinuousClock.now + timeout
        let data = try await read(output.fileHandleForReading.fileDescriptor, until: deadline)
        while data != nil, process.isRunning, ContinuousClock.now < deadline { try await Task.sleep(for: .milliseconds(10)) }
        guard let data, !process.isRunning else {
            process.terminate()
            throw InstallationError("The master key's command has not ended within \(timeout), so there is no passphrase.")
        }
        guard process.terminationStatus == 0 else {
            throw InstallationError(
                "The master key's command ended with status \(process.terminationStatus), so there is no passphrase.")
        }
        return data
    }

    /// All that it prints, up to more than a passphrase may have; nil when the time is over.
    private static func read(_ descriptor: Int32, until deadline: ContinuousClock.Instant) async throws -> Data? {
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
        var data = Data()
        var buffer = [UInt8](repeating: 0, count: 4096)
        defer { for index in buffer.indices { buffer[index] = 0 } }
        while data.count <= MasterKeySource.longestPassphrase + 2 {
            let count = Foundation.read(descriptor, &buffer, buffer.count)
            if count == 0 { return data }
            if count > 0 {
                data.append(contentsOf: buffer[..<count])
                continue
            }
            guard errno == EAGAIN || errno == EINTR, ContinuousClock.now < deadline else { return nil }
            try await Task.sleep(for: .milliseconds(10))
        }
        return data
    }
}
