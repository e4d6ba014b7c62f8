internal import ArgumentParser
internal import DatabaseURLs
internal import Foundation
internal import Toolkit

extension DBCommand {
    struct BackupCommand: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "backup",
            abstract: "Save the database to a file that only you may read, and check that it can be read back.",
            discussion: """
                SQLite: a copy by SQLite's own backup, while others go on writing. PostgreSQL: pg_dump's custom format (for
                pg_restore), or with --plain SQL for schema-load. MySQL: mariadb-dump's SQL of one consistent moment.

                EXAMPLES
                  martlet db backup
                  martlet db backup prod --directory /srv/backups
                  martlet db backup --instance mydb --plain --data-dir DIR
                """)

        @OptionGroup var options: DBTargetOptions

        @Argument(help: "The word prod, or nothing.")
        var words: [String] = []

        @Option(help: ArgumentHelp("Where the file goes; its name has the time.", valueName: "dir"))
        var directory = "backups"

        @Flag(help: "PostgreSQL: SQL text instead of the custom format.")
        var plain = false

        func run() async throws {
            let target = try await options.target(isProduction: DBWords.isProduction(words))
            if plain, target.address.dialect != .postgresql { throw ValidationError("--plain is for PostgreSQL.") }
            DBTerminal.label("db-backup")
            try await target.explaining {
                let session = try target.open()
                defer { session.close() }
                let inventory = try Inventory.take(of: target.address, session)
                let name = BackupName.make(target.address, isPlain: plain, at: Date())
                try FileManager.default.createDirectory(
                    atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
                let path = directory + "/" + name
                let progress = DBTerminal.progress("backup", total: nil, unit: "bytes")
                defer { progress.finish() }
                let summary =
                    if let file = session as? SQLiteSession {
                        try SQLiteBackup.run(from: file, to: path) { done, _ in progress.update(done) }
                    } else {
                        try DumpProgram(target.address, isPlain: plain, tables: inventory.tables.count)
                            .run(to: path) { progress.update($0) }
                    }
                DBTerminal.say("\(path)\n\(summary)")
            }
        }
    }
}
