internal import ArgumentParser
internal import DatabaseClient
internal import Foundation
internal import Support

struct Migrate: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Brings users and groups here from elsewhere, one by one through the rules.",
        discussion: """
            The source is a database (sqlite:///FILE, mysql://…), with this application's tables or with those of the note's \
            Flask application, or a JSON file {"users": […], "groups": […]}. What breaks a rule is written to the file of \
            --rejects, with the reasons, and the command ends with 2. Who is there already stays as he is, so it can be run again.
            """)

    @Option(help: ArgumentHelp("Where they come from.", valueName: "URL|FILE.json"))
    var from: String

    @Option(help: ArgumentHelp("What was refused, a line of JSON each.", valueName: "FILE"))
    var rejects = "rejects.jsonl"

    func run() async throws {
        let configuration = try UserManagement.configuration(try DotEnv.environment())
        let source = try await MigrationSource.read(from)
        let report = try await UserManagement.withDatabase(configuration) { database in
            try await Migration(users: Users(database), groups: Groups(database)).run(source)
        }
        let told = "\(report.users) users and \(report.groups) groups came here, \(report.present) were there already"
        guard !report.rejected.isEmpty else { return print(told + ".") }
        let lines = try report.rejected.map { String(decoding: try JSONEncoder().encode($0), as: UTF8.self) + "\n" }
        try Data(lines.joined().utf8).write(to: URL(fileURLWithPath: rejects), options: .atomic)
        print("\(told), \(report.rejected.count) were refused: see \(rejects).")
        throw ExitCode(2)
    }
}
