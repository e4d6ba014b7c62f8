internal import DatabaseURLs
internal import Foundation
internal import Toolkit

/// The environment with `.env`, which is named with its directory when it cannot be read.
enum DBEnvironment {
    static func load() throws -> [String: String] {
        do {
            return try DotEnv.environment()
        } catch {
            let path = FileManager.default.currentDirectoryPath + "/.env"
            throw ToolkitError("\(path): line \(error.line) \(error.reason)")
        }
    }
}
