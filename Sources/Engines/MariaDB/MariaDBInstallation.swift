import Foundation
import Resources

/// MariaDB as it is installed on this host: one server program and its parts, wherever the packager put them.
struct MariaDBInstallation: Sendable, Equatable {
    /// `/usr/sbin/mariadbd`, absolute and without symbolic links.
    var server: String
    /// What the paths compiled into it are relative to: `/usr`.
    var root: String
    /// The directory with the statements that make the system tables (`mysql_system_tables.sql`).
    var share: String
    /// Where `*.so` plugins are, if anywhere.
    var plugins: String?
    /// What writes the time zones of the host as statements; nil where it is not installed.
    var timeZones: String?
    /// `10.11.19`
    var version: EngineVersion

    /// The installed ones, oldest first; of two with the same version the one found first counts.
    static func discover(_ programs: [ServerProgram]) -> [MariaDBInstallation] {
        var found: [MariaDBInstallation] = []
        for program in programs where program.product == .mariaDB {
            guard let installation = MariaDBInstallation(program),
                !found.contains(where: { $0.version == installation.version })
            else { continue }
            found.append(installation)
        }
        return found.sorted { $0.version < $1.version }
    }

    /// Nil when its parts are not where packages, or a build from source, put them.
    private init?(_ program: ServerProgram) {
        let bin = FileSystem.parent(program.path)
        let root = FileSystem.parent(bin)
        let shares = ["share/mysql", "share/mariadb", "share"].map { "\(root)/\($0)" }
        guard let share = shares.first(where: { FileSystem.exists("\($0)/mysql_system_tables.sql") }) else { return nil }
        let numbers = EngineVersion.numbers(program.version)
        guard numbers.count == 3 else { return nil }
        let major = "\(numbers[0]).\(numbers[1])"
        server = program.path
        self.root = root
        self.share = share
        plugins = ["lib/mysql", "lib64/mysql", "lib/mariadb", "lib64/mariadb", "lib"].map { "\(root)/\($0)/plugin" }
            .first(where: FileSystem.isDirectory)
        timeZones = ["\(bin)/mariadb-tzinfo-to-sql", "\(root)/bin/mariadb-tzinfo-to-sql", "\(root)/bin/mysql_tzinfo_to_sql"]
            .first { access($0, X_OK) == 0 }
        version = EngineVersion(version: program.version, family: "mariadb\(major)", major: major)
    }
}
