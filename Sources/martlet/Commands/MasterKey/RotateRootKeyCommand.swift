internal import ArgumentParser
internal import Foundation
internal import Keys

struct RotateRootKeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Make a new root key and wrap every KMS key by it.",
        discussion: "Killed at any instant, it is finished by the next start of serve, or by running it again.")

    @OptionGroup var dataDirectory: DataDirectoryOptions
    @OptionGroup var masterKey: MasterKeyOptions

    func run() async throws {
        let closed = try await ClosedKeys(dataDirectory.directory(), masterKey)
        let rotated = try closed.master.rotated(now: Date())
        try await KeyRing(rotated.roots, account: closed.account).rewrapAll(in: closed.store)
        try rotated.forgetFormer(now: Date())
        print("The root key is \(rotated.roots.current.id) now, in place of \(closed.master.roots.current.id).")
    }
}
