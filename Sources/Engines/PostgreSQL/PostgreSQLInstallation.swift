import Foundation
import Resources

/// PostgreSQL as it is installed on this host: one major version, wherever the packager put its parts.
struct PostgreSQLInstallation: Sendable, Equatable {
    /// The directory of `postgres` and `initdb`, absolute and without symbolic links.
    var bin: String
    /// `pg_config --sharedir`
    var share: String
    /// `pg_config --pkglibdir`
    var library: String
    /// `15.18`
    var version: EngineVersion

    /// The installed ones, oldest first; of two with the same version the one found first counts.
    static func discover(programPaths: [String]) -> [PostgreSQLInstallation] {
        var found: [PostgreSQLInstallation] = []
        for bin in candidates(programPaths) {
            guard let installation = inspect(bin), !found.contains(where: { $0.version == installation.version })
            else { continue }
            found.append(installation)
        }
        return found.sorted { $0.version < $1.version }
    }

    /// Directories that could hold the programs: the operator's first, then where Debian, Red Hat and the source put them.
    private static func candidates(_ programPaths: [String]) -> [String] {
        let debian = FileSystem.names(in: "/usr/lib/postgresql").map { "/usr/lib/postgresql/\($0)/bin" }
        let redHat = FileSystem.names(in: "/usr").filter { $0.hasPrefix("pgsql-") }.map { "/usr/\($0)/bin" }
        let named = programPaths.flatMap { [$0, "\($0)/bin"] }
        return (named + debian + redHat + ["/usr/local/pgsql/bin"]).filter {
            access("\($0)/postgres", X_OK) == 0 && access("\($0)/initdb", X_OK) == 0
        }
    }

    private static func inspect(_ directory: String) -> PostgreSQLInstallation? {
        guard let program = FileSystem.resolved("\(directory)/postgres") else { return nil }
        let bin = FileSystem.parent(program)
        guard let said = ask("\(bin)/postgres", "--version"), let version = parseVersion(said) else { return nil }
        let derived = derivedDirectories(bin: bin, major: version.major)
        let config = "\(bin)/pg_config"
        return PostgreSQLInstallation(
            bin: bin, share: ask(config, "--sharedir") ?? derived.share,
            library: ask(config, "--pkglibdir") ?? derived.library, version: version)
    }

    private static func ask(_ program: String, _ option: String) -> String? {
        guard access(program, X_OK) == 0 else { return nil }
        let launch = ProcessLaunch(program: program, arguments: [option])
        let said = try? ToolRun.runBlocking(launch, limit: .seconds(20))
        return said.map { $0.trimmingCharacters(in: .whitespacesAndNewlines) }.flatMap { $0.isEmpty ? nil : $0 }
    }

    /// Reads `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`. Nil for a development version and before 10.
    static func parseVersion(_ said: String) -> EngineVersion? {
        let words = said.split(whereSeparator: \.isWhitespace)
        guard words.count >= 3, words[1] == "(PostgreSQL)" else { return nil }
        let parts = words[2].split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let major = parts[0], let minor = parts[1], major >= 10 else { return nil }
        return EngineVersion(version: "\(major).\(minor)", family: "postgres\(major)", major: "\(major)")
    }

    /// Where the parts are when no `pg_config` tells: Debian's layout, else that of a build from source.
    static func derivedDirectories(bin: String, major: String) -> (share: String, library: String) {
        let root = FileSystem.parent(bin)
        if root == "/usr/lib/postgresql/\(major)" { return ("/usr/share/postgresql/\(major)", "\(root)/lib") }
        return ("\(root)/share", "\(root)/lib")
    }
}
