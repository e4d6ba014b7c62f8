import Foundation
import Resources

/// A program that may be MariaDB's or MySQL's server: both are called `mysqld` somewhere, so it is asked.
struct ServerProgram: Sendable, Equatable {
    enum Product: String, Sendable { case mariaDB = "MariaDB", mySQL = "MySQL" }

    /// Absolute and without symbolic links.
    var path: String
    var product: Product
    /// `10.11.19`, `8.0.35`
    var version: String

    /// Those on this host; the operator's directories first, then where packages and builds from source put them.
    static func discover(programPaths: [String]) -> [ServerProgram] {
        let usual = ["/usr/sbin", "/usr/libexec", "/usr/local/mysql/bin", "/usr/local/mariadb/bin", "/usr/local/sbin"]
        let directories = programPaths.flatMap { [$0, "\($0)/bin", "\($0)/sbin"] } + usual
        var found: [ServerProgram] = []
        for path in directories.flatMap({ ["\($0)/mariadbd", "\($0)/mysqld"] }) {
            guard access(path, X_OK) == 0, let resolved = FileSystem.resolved(path),
                !found.contains(where: { $0.path == resolved }),
                let program = ask(resolved)
            else { continue }
            found.append(program)
        }
        return found
    }

    private static func ask(_ path: String) -> ServerProgram? {
        let launch = ProcessLaunch(program: path, arguments: ["--no-defaults", "--version"])
        guard let said = try? ToolRun.runBlocking(launch, limit: .seconds(20)), let (product, version) = parse(said) else {
            return nil
        }
        return ServerProgram(path: path, product: product, version: version)
    }

    /// Reads `mariadbd  Ver 10.11.19-MariaDB-0+deb12u1 for debian-linux-gnu on x86_64 (Debian 12)` and
    /// `mysqld  Ver 8.0.35 for Linux on x86_64 (MySQL Community Server - GPL)`, Percona's likewise.
    static func parse(_ said: String) -> (product: Product, version: String)? {
        let words = said.split(whereSeparator: \.isWhitespace)
        guard let mark = words.firstIndex(of: "Ver"), words.indices.contains(mark + 1) else { return nil }
        let version = words[mark + 1].split(separator: "-")[0]
        let parts = version.split(separator: ".", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 3, parts.allSatisfy({ $0 != nil }) else { return nil }
        return (words[mark + 1].contains("-MariaDB") ? .mariaDB : .mySQL, String(version))
    }
}
