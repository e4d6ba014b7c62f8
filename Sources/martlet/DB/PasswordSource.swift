internal import DatabaseURLs
internal import Foundation
internal import Toolkit

/// Where a password comes from that is neither in the URL nor in Secrets Manager. Never from an argument.
enum PasswordSource {
    /// `--password-file` is stronger than all else; `PGPASSWORD` and `MYSQL_PWD` fill in what is missing.
    static func apply(to address: inout DatabaseAddress, file: String?, environment: [String: String]) throws {
        if let file {
            guard address.dialect != .sqlite else { throw ToolkitError("--password-file: SQLite knows no passwords") }
            address.password = try read(file)
        } else if address.password == nil {
            let name = address.dialect == .mysql ? "MYSQL_PWD" : "PGPASSWORD"
            address.password = environment[name].flatMap { $0.isEmpty ? nil : $0 }
        }
    }

    private static func read(_ path: String) throws -> String {
        let data = try SecretFile.read(path, option: "--password-file")
        let line = String(decoding: data, as: UTF8.self).prefix { !$0.isNewline }
        guard !line.isEmpty else { throw ToolkitError("--password-file: the first line of \(path) is empty") }
        return String(line)
    }
}
