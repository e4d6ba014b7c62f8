internal import ArgumentParser

struct MasterKeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "master-key",
        abstract: "Change what opens the keys of this installation, or the root key itself. serve must not be running.",
        subcommands: [ChangeMasterKeyCommand.self, RotateRootKeyCommand.self])
}
