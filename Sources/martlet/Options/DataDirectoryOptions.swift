internal import ArgumentParser
internal import Foundation

/// `--data-dir DIR`, which every command takes, or `MARTLET_DATA_DIR`.
struct DataDirectoryOptions: ParsableArguments {
    @Option(
        name: .customLong("data-dir"),
        help: ArgumentHelp("Where all state is kept. Default: $MARTLET_DATA_DIR.", valueName: "dir"))
    var path: String?

    /// The directory, absolute.
    func directory() throws -> DataDirectory {
        guard let given = path ?? ProcessInfo.processInfo.environment["MARTLET_DATA_DIR"], !given.isEmpty else {
            throw ValidationError("Which data directory? Give --data-dir DIR or set MARTLET_DATA_DIR.")
        }
        return DataDirectory(path: given)
    }
}
