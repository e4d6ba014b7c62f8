internal import ArgumentParser
internal import DatabaseClient
internal import Foundation
internal import Support

struct Backup: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Copies the SQLite file, whole, while it is used.",
        discussion: "MySQL is backed up otherwise: martlet db backup, or a snapshot of the instance.")

    @Option(help: ArgumentHelp("The copy (beside the file, with _bak in its name).", valueName: "FILE"))
    var to: String?

    func run() async throws {
        let configuration = try UserManagement.configuration(try DotEnv.environment())
        guard configuration.writer.engine == .sqlite else {
            throw ValidationError("Only SQLite is a file. Use martlet db backup, or a snapshot of the instance.")
        }
        guard FileManager.default.fileExists(atPath: configuration.writer.database ?? "") else {
            throw ValidationError("There is no \(configuration.writer.database ?? "file") yet: UserManagement init makes it.")
        }
        try await UserManagement.withDatabase(configuration) { database in
            print("Backed up to \(try await BackupFile.write(of: configuration.writer, database, to: to)).")
        }
    }
}

/// A copy of a SQLite file: whole or not at all, and for its owner alone.
enum BackupFile {
    /// - Returns: its path.
    static func write(of url: DatabaseURL, _ database: Database, to path: String?) async throws -> String {
        let original = url.database ?? ""
        let target = path ?? (original.hasSuffix(".db") ? String(original.dropLast(3)) : original) + "_bak.db"
        let fresh = target + ".new"
        let files = FileManager.default
        if files.fileExists(atPath: fresh) { try files.removeItem(atPath: fresh) }
        guard files.createFile(atPath: fresh, contents: nil, attributes: [.posixPermissions: 0o600]) else {
            throw ValidationError("\(fresh) cannot be written.")
        }
        try await database.execute("VACUUM INTO \(fresh)")
        guard rename(fresh, target) == 0 else { throw ValidationError("\(target) cannot be replaced.") }
        return target
    }
}
