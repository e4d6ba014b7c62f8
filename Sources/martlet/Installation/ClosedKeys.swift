internal import Foundation
internal import Keys
internal import Logging
internal import Resources

/// The keys of an installation whose control plane does not run. Takes its place for as long as the value lives.
struct ClosedKeys {
    let directory: DataDirectory
    let account: String
    let store: Store
    let master: MasterKey
    private let lock: ServeLock

    init(_ directory: DataDirectory, _ options: MasterKeyOptions) async throws {
        try directory.checkFormat()
        guard let installation = try Installation.load(from: directory) else {
            throw InstallationError("\(directory.installationFile) is missing: this data directory was never started")
        }
        guard FileManager.default.fileExists(atPath: directory.keys) else {
            throw InstallationError("\(directory.keys) is missing: start serve once, which makes it")
        }
        lock = try ServeLock(directory)
        self.directory = directory
        account = installation.account
        let logger = Logger(label: "martlet") { LineLogHandler(label: $0, format: .text, logLevel: .warning) }
        store = try Store(directory: directory.store, logger: logger)
        let source = try await options.source(environment: ProcessInfo.processInfo.environment)
        master = try MasterKey(
            directory: directory.keys, source: source, hasKeys: !store.list(KMSKey.self).isEmpty, now: Date())
    }
}
