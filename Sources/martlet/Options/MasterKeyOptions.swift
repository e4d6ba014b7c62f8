internal import ArgumentParser
internal import Foundation
internal import Keys

/// What opens the root key: nothing but the file in DIR, or a passphrase that is never stored.
struct MasterKeyOptions: ParsableArguments {
    static let variable = "MARTLET_MASTER_KEY_PASSPHRASE"

    @Option(
        help: ArgumentHelp(
            "Read the master key's passphrase from this file (mode 0600). Or set \(Self.variable).", valueName: "file"))
    var masterKeyPassphraseFile: String?

    @Option(
        help: ArgumentHelp(
            "Run this by the shell; what it prints is the master key's passphrase. For password managers and key services.",
            valueName: "command"))
    var masterKeyCommand: String?

    /// At most one of the three; none means the file in DIR. The variable is removed from this process: servers that it
    /// starts do not inherit it.
    func source(environment: [String: String]) async throws -> MasterKeySource {
        let variable = environment[Self.variable].flatMap { $0.isEmpty ? nil : $0 }
        unsetenv(Self.variable)
        let given = [masterKeyPassphraseFile, masterKeyCommand, variable].count { $0 != nil }
        guard given <= 1 else {
            throw ValidationError(
                "Give the master key's passphrase once: --master-key-passphrase-file, --master-key-command or \(Self.variable).")
        }
        return try await Self.source(file: masterKeyPassphraseFile, command: masterKeyCommand, text: variable)
    }

    static func source(file: String?, command: String?, text: String?) async throws -> MasterKeySource {
        if let file { return try MasterKeySource.passphrase(from: PassphraseFile.read(file)) }
        if let command { return try MasterKeySource.passphrase(from: await PassphraseCommand.run(command)) }
        if let text { return try MasterKeySource.passphrase(from: text.utf8) }
        return .file
    }
}

/// A file that holds a passphrase and nothing else.
enum PassphraseFile {
    static func read(_ path: String) throws -> Data {
        guard FileManager.default.fileExists(atPath: path) else { throw InstallationError("There is no file \(path).") }
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        let isRegular = attributes[.type] as? FileAttributeType == .typeRegular
        let mode = (attributes[.posixPermissions] as? NSNumber)?.intValue ?? 0
        guard !isRegular || mode & 0o077 == 0 else {
            throw InstallationError(
                "\(path) can be read by others (mode \(String(mode, radix: 8))); a passphrase must not be: chmod 600 \(path)")
        }
        guard let file = FileHandle(forReadingAtPath: path) else { throw InstallationError("\(path) cannot be opened.") }
        return try file.read(upToCount: MasterKeySource.longestPassphrase + 3) ?? Data()
    }
}
