import Foundation

/// AWS's own models and parsers, where python3 with botocore is installed: the last word on shapes.
enum Botocore {
    static let isInstalled = (try? run("import botocore")) != nil

    struct Failed: Error { var output: String }

    /// Runs a Python program; its standard input is `input` as JSON.
    static func run(_ program: String, input: Any = [String: String]()) throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = ["python3", "-c", program]
        let stdout = Pipe()
        let inputFile = FileManager.default.temporaryDirectory.appendingPathComponent("services-test-\(UUID().uuidString)")
        try JSONSerialization.data(withJSONObject: input).write(to: inputFile)
        defer { try? FileManager.default.removeItem(at: inputFile) }
        process.standardInput = try FileHandle(forReadingFrom: inputFile)
        process.standardOutput = stdout
        process.standardError = stdout
        try process.run()
        let output = String(decoding: stdout.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw Failed(output: output) }
        return output
    }
}
