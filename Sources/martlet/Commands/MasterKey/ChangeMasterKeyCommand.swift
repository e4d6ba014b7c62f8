internal import ArgumentParser
internal import Foundation
internal import Keys

struct ChangeMasterKeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "change",
        abstract: "Protect the root key by another master key.",
        discussion: """
            Nothing that is encrypted changes. The former master key opens this directory no longer; it still opens old copies
            of it, which is what `rotate` is for.

            EXAMPLES
              martlet master-key change --data-dir DIR --new-passphrase-file FILE
              martlet master-key change --data-dir DIR --master-key-passphrase-file OLD --new-passphrase-file NEW
              martlet master-key change --data-dir DIR --master-key-passphrase-file OLD --new-file
            """)

    @OptionGroup var dataDirectory: DataDirectoryOptions
    @OptionGroup var masterKey: MasterKeyOptions

    @Option(help: ArgumentHelp("From now on the passphrase in this file (mode 0600).", valueName: "file"))
    var newPassphraseFile: String?

    @Option(help: ArgumentHelp("From now on the passphrase that this command prints.", valueName: "command"))
    var newCommand: String?

    @Flag(help: "From now on a new random key in a file of the data directory.")
    var newFile = false

    func validate() throws {
        guard [newPassphraseFile != nil, newCommand != nil, newFile].count(where: \.self) == 1 else {
            throw ValidationError("Give one of --new-passphrase-file, --new-command and --new-file.")
        }
    }

    func run() async throws {
        let closed = try await ClosedKeys(dataDirectory.directory(), masterKey)
        let new = try await MasterKeyOptions.source(file: newPassphraseFile, command: newCommand, text: nil)
        _ = try closed.master.changed(to: new, now: Date())
        print(
            newFile
                ? "The root key is protected by a new file in \(closed.directory.keys)."
                : "The root key is protected by the new passphrase. Every start needs it from now on.")
    }
}
