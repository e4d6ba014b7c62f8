internal import Foundation

/// A client's story, as a Python or bash file that ends with 0 when everything was as it should be.
public struct Scenario: Sendable, CustomStringConvertible {
    /// The file, below the root of the package.
    public var path: String
    /// No healthy run takes longer.
    public var budget: Duration
    /// More arguments for `serve`.
    public var serverArguments: [String]

    /// What the data directory is on.
    public var disk: TestDisk

    public init(
        _ path: String, within budget: Duration, serverArguments: [String] = [], on disk: TestDisk = .ordinary
    ) {
        self.disk = disk
        self.path = path
        self.budget = budget
        self.serverArguments = serverArguments
    }

    /// `refused_identifiers`
    public var name: String {
        URL(filePath: path).deletingPathExtension().lastPathComponent
    }

    public var description: String { name }

    /// Runs it against a Martlet of its own.
    public func run(environment more: [String: String] = [:]) async throws {
        try await MartletFixture.withServer(name, arguments: serverArguments, on: disk) { fixture in
            try await run(with: fixture, environment: more)
        }
    }

    /// Runs it against this Martlet.
    public func run(with fixture: MartletFixture, environment more: [String: String] = [:]) async throws {
        let interpreter = path.hasSuffix(".sh") ? Toolbox.find("bash") : Toolbox.python
        guard let interpreter else { throw MartletFixture.Failure("there is nothing here to run \(path) with") }
        var environment = try await fixture.clientEnvironment()
        environment["PYTHONPATH"] = Toolbox.directory("Tests/Integration/Scenarios")
        environment["MARTLET_PYTHON"] = Toolbox.python
        environment.merge(more) { _, new in new }
        let command = Command(
            [interpreter, Toolbox.directory(path)], environment: environment, workingDirectory: fixture.scratch)
        let answer = try await command.run(within: budget)
        print("--- \(name)\n\(answer.output)", terminator: "")
        guard answer.status == 0 else { throw MartletFixture.Failure("\(name) failed:\n\(answer.output)") }
    }
}
