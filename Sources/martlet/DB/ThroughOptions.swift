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

    var isPartlyGiven: Bool { map != nil || journal != nil || rejects != nil }

    func run(_ source: DBTarget, asJSON: Bool) async throws {
        guard let through else { return }
        let place = try LocalHTTP.Place(url: through, certificateBundle: ProcessInfo.processInfo.environment["SSL_CERT_FILE"])
        let session = try source.open()
        defer { session.close() }
        let rejects = rejects ?? "rejects.jsonl"
        let migration = try ThroughMigration(
            from: session, named: "\(source.address) → \(through)", map: readMap(), journal: journal ?? "migrate.journal",
            rejects: rejects
        ) { path, body, key in
            let headers = [
                (name: "host", value: place.authority), (name: "content-type", value: "application/json"),
                (name: "accept", value: "application/json"), (name: "idempotency-key", value: key),
            ]
            let answer = try await LocalHTTP.ask("POST", place.path + path, headers: headers, body: body, to: place)
            return (answer.status, answer.body)
        }
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
