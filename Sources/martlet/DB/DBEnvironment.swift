internal import Foundation
internal import Toolkit

/// The environment, with what `.env` in the working directory adds to it. What is set already stays.
enum DBEnvironment {
    static func load() throws -> [String: String] {
        let own = ProcessInfo.processInfo.environment
        let path = FileManager.default.currentDirectoryPath + "/.env"
        guard let data = FileManager.default.contents(atPath: path) else { return own }
        do {
            return try DotEnv.parse(String(decoding: data, as: UTF8.self)).merging(own) { _, own in own }
        } catch let error as ToolkitError {
            throw ToolkitError("\(path): \(error)")
        }
    }
}
