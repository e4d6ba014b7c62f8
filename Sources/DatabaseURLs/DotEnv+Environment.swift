public import Foundation

extension DotEnv {
    /// The environment, with what `.env` in the working directory adds to it. What is set already stays.
    ///
    /// - Throws: `DotEnvError` with the line that cannot be read.
    public static func environment(
        _ own: [String: String] = ProcessInfo.processInfo.environment,
        directory: String = FileManager.default.currentDirectoryPath
    ) throws(DotEnvError) -> [String: String] {
        guard let data = FileManager.default.contents(atPath: directory + "/.env") else { return own }
        return try parse(String(decoding: data, as: UTF8.self)).merging(own) { _, own in own }
    }
}
