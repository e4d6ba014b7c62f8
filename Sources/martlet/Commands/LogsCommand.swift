internal import ArgumentParser
internal import Foundation

struct LogsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "logs",
        abstract: "List, print and follow the log files of a DB instance.",
        discussion: """
            Without FILE it lists what there is, as aws rds describe-db-log-files does. With --follow or --lines alone it takes
            the file that was written to last. --follow goes on with the next file when the hour ends or the file is turned over.

            EXAMPLES
              martlet logs mydb
              martlet logs mydb error/postgresql.log.2026-11-21-02
              martlet logs mydb --lines 20 --follow
              martlet logs mydb slowquery/mysql-slowquery.log --lines 5 --output json
            """)

    enum Output: String, ExpressibleByArgument, CaseIterable { case text, json }

    @OptionGroup var dataDirectory: DataDirectoryOptions

    @Option(help: "The region of the instance. Default: the one that martlet env names.")
    var region: String?

    @Argument(help: "The DB instance.")
    var instance: String

    @Argument(help: "The log file, as the list names it. Default: the list itself.")
    var file: String?

    @Flag(name: .shortAndLong, help: "Go on printing what is added, until interrupted.")
    var follow = false

    @Option(
        name: .shortAndLong,
        help: "Begin with this many lines from the end (at most 10000). Default: the whole file; with --follow, 10.")
    var lines: Int?

    @Option(help: "text or json: a list, or one object for each line.")
    var output: Output = .text

    func validate() throws {
        if let lines, !(1...10_000).contains(lines) { throw ValidationError("--lines takes a number from 1 to 10000.") }
    }

    func run() async throws {
        let logs = InstanceLogsClient(
            client: try ControlPlaneClient(dataDirectory.directory(), region: region), instance: instance)
        guard file != nil || follow || lines != nil else { return try await list(logs) }
        let chosen = try await choose(logs)
        var printer = LogPrinter(asJSON: output == .json)
        let marker = try await printStart(of: chosen, logs, &printer)
        if follow { try await printRest(of: chosen, after: marker, logs, &printer) }
        printer.finish()
    }

    private func choose(_ logs: InstanceLogsClient) async throws -> String {
        if let file { return file }
        guard let newest = LogSuccession.newest(try await logs.files()) else {
            throw InstallationError("\(instance) has no log files yet")
        }
        return newest
    }

    private func list(_ logs: InstanceLogsClient) async throws {
        let files = try await logs.files()
        switch output {
        case .text: print(LogFileTable.render(files))
        case .json: try JSONOutput.print(files)
        }
    }

    /// Prints what is asked for of what is there. Returns the marker of its end.
    private func printStart(of name: String, _ logs: InstanceLogsClient, _ printer: inout LogPrinter) async throws -> String {
        if let wanted = lines ?? (follow ? 10 : nil) {
            let portion = try await logs.portion(name, after: nil, lines: wanted)
            printer.print(portion.text, of: name)
            return portion.marker
        }
        return try await printAll(of: name, after: "0", logs, &printer)
    }

    private func printAll(
        of name: String, after start: String, _ logs: InstanceLogsClient, _ printer: inout LogPrinter
    ) async throws -> String {
        var marker = start
        while true {
            let portion = try await logs.portion(name, after: marker)
            printer.print(portion.text, of: name)
            marker = portion.marker
            if !portion.isMore { return marker }
        }
    }

    private func printRest(
        of name: String, after start: String, _ logs: InstanceLogsClient, _ printer: inout LogPrinter
    ) async throws {
        var (name, marker, looks) = (name, start, 0)
        while true {
            try await Task.sleep(for: .seconds(1))
            looks += 1
            // Looked for first and read to the end afterwards, so that its last lines are not missed.
            let next = looks % 5 == 0 ? LogSuccession.next(after: name, try await logs.files()) : nil
            marker = try await printAll(of: name, after: marker, logs, &printer)
            if let next { (name, marker) = (next, "0") }
        }
    }
}
