import Foundation

/// A client program at work.
///
/// Starting it does not wait for it: a test that has it wait on purpose must not hold one of the few threads on which all tests
/// run.
struct ClientProcess {
    struct Answer {
        var status: Int32
        var output: String
        var errors: String
    }

    private let process: Process
    private let output = Pipe()
    private let errors = Pipe()

    /// - Parameter process: not started yet. What it prints before it is waited for must fit into a pipe.
    init(_ process: Process) throws {
        self.process = process
        process.standardOutput = output
        process.standardError = errors
        try process.run()
    }

    /// Waits for its end, which blocks the thread.
    func answer() -> Answer {
        let said = output.fileHandleForReading.readDataToEndOfFile()
        let complained = errors.fileHandleForReading.readDataToEndOfFile()
        // waitUntilExit belongs to the thread that started it.
        while process.isRunning { usleep(1_000) }
        return Answer(
            status: process.terminationStatus,
            output: String(decoding: said, as: UTF8.self).trimmingCharacters(in: .newlines),
            errors: String(decoding: complained, as: UTF8.self))
    }
}
