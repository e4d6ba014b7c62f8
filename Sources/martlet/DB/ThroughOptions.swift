internal import ArgumentParser
internal import Foundation
internal import Toolkit

/// `migrate --through URL`: rows go to an application.
struct ThroughOptions: ParsableArguments {
    @Option(help: ArgumentHelp("An application's address; rows are POSTed to URL/TABLE.", valueName: "url"))
    var through: String?

    @Option(help: ArgumentHelp("How tables and columns are called there (JSON; docs/db.md).", valueName: "file"))
    var map: String?

    @Option(help: ArgumentHelp("What was sent and answered. Default: migrate.journal.", valueName: "file"))
    var journal: String?

    @Option(help: ArgumentHelp("What was refused, and why. Default: rejects.jsonl.", valueName: "file"))
    var rejects: String?

    @Option(
        help: ArgumentHelp(
            "Headers for the application, such as Authorization: Bearer …, one in each line (mode 0600).", valueName: "file"))
    var throughHeaderFile: String?

    var isPartlyGiven: Bool { map != nil || journal != nil || rejects != nil || throughHeaderFile != nil }

    /// Nil without `--through`. To be asked for early: until then a password in the URL is in `ps`.
    func application() throws -> ThroughApplication? {
        try through.map { try ThroughApplication(url: $0, headerFile: throughHeaderFile) }
    }

    func run(_ source: DBTarget, to application: ThroughApplication, asJSON: Bool) async throws {
        let session = try source.open()
        defer { session.close() }
        let rejects = rejects ?? "rejects.jsonl"
        let migration = try ThroughMigration(
            from: session, named: "\(source.address) → \(application.url)", map: readMap(), journal: journal ?? "migrate.journal",
            rejects: rejects, headers: application.headers, post: application.post)
        let view = MigrationProgress()
        let outcomes = try await migration.run(progress: view.copying)
        view.finish()
        try show(outcomes, asJSON)
        guard outcomes.allSatisfy({ $0.rejected == 0 }) else {
            throw ToolkitError("some rows were refused: \(rejects) has each of them with its reason")
        }
    }

    private func readMap() throws -> ThroughMap {
        guard let map else { return ThroughMap() }
        guard let data = FileManager.default.contents(atPath: map) else { throw ToolkitError("--map: \(map) cannot be read") }
        return try ThroughMap(data: data)
    }

    private func show(_ outcomes: [ThroughMigration.Outcome], _ asJSON: Bool) throws {
        if asJSON { return try JSONOutput.print(outcomes) }
        let rows = outcomes.map {
            [$0.table, Figures.spoken($0.rows), Figures.spoken($0.accepted), Figures.spoken($0.rejected)]
        }
        for line in TextTable.render(["TABLE", "ROWS", "ACCEPTED", "REJECTED"], rows) { DBTerminal.say(line) }
    }
}
