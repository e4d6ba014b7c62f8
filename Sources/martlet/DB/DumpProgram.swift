internal import DatabaseURLs
internal import Foundation
internal import Toolkit

/// pg_dump or mariadb-dump into a file of mode 0600, which gets its name when it is whole and was read back.
struct DumpProgram {
    private let address: DatabaseAddress
    private let isPlain: Bool
    private let tables: Int
    private let program: String
    private let arguments: [String]
    private let environment: [String: String]

    init(_ address: DatabaseAddress, isPlain: Bool, tables: Int) throws {
        self.address = address
        self.isPlain = isPlain
        self.tables = tables
        if address.dialect == .postgresql {
            program = try Self.require("pg_dump", "postgresql-client")
            arguments = ClientProgram.libpqOptions(address) + (isPlain ? ["--no-owner", "--no-privileges"] : ["--format=custom"])
            environment = ClientProgram.libpq(address)
        } else {
            program = try ClientProgram.find("mariadb-dump") ?? Self.require("mysqldump", "mariadb-client")
            arguments = [
                "--defaults-extra-file=\(try ClientProgram.defaultsFile(address).path)", "--single-transaction", "--quick",
                "--routines", "--triggers", "--events", "--hex-blob", "--", address.database,
            ]
            environment = [:]
        }
    }

    private static func require(_ name: String, _ package: String) throws -> String {
        guard let path = ClientProgram.find(name) else { throw ToolkitError("\(name) is not installed (Debian: \(package))") }
        return path
    }

    /// - Parameter progress: bytes written so far.
    /// - Returns: what was checked.
    /// - Throws: `ToolkitError` with the program's own words; nothing is left at `path` then.
    func run(to path: String, progress: (Int) -> Void) throws -> String {
        let partial = path + ".partial"
        let descriptor = open(partial, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw ToolkitError("cannot create \(partial): \(String(cString: strerror(errno)))") }
        defer { close(descriptor) }
        do {
            let child = try ChildProgram(program, arguments, environment: environment, output: descriptor)
            try child.wait { progress(Int(lseek(descriptor, 0, SEEK_END))) }
            let checked = try check(partial)
            guard fsync(descriptor) == 0, rename(partial, path) == 0 else {
                throw ToolkitError("cannot finish \(path): \(String(cString: strerror(errno)))")
            }
            return "\(Figures.size(Int(lseek(descriptor, 0, SEEK_END)))), \(checked)"
        } catch {
            unlink(partial)
            throw error
        }
    }

    /// Reads it back: every table's data must be in it.
    private func check(_ path: String) throws -> String {
        guard address.dialect == .postgresql, !isPlain else {
            let file = try SQLFile(path: path)
            try file.check(address.dialect)
            guard file.ends(with: address.dialect == .mysql ? "-- Dump completed" : "-- PostgreSQL database dump complete") else {
                throw ToolkitError("the dump is cut short: its last line is missing")
            }
            return "read back to its end"
        }
        let restore = try Self.require("pg_restore", "postgresql-client")
        let null = open("/dev/null", O_WRONLY | O_CLOEXEC)
        defer { close(null) }
        try ChildProgram(restore, ["--file=/dev/null", path], environment: [:], output: null).wait {}
        return "read back by pg_restore, \(tables) table\(tables == 1 ? "" : "s")"
    }
}
