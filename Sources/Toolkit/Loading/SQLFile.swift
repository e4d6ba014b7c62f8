internal import Foundation

/// A file of SQL in memory.
public struct SQLFile: Sendable {
    public static let limitBytes = 2 << 30

    /// Absolute.
    public let path: String
    let bytes: [UInt8]

    /// - Throws: `ToolkitError` when it is not there, unreadable or too large.
    public init(path: String) throws {
        let url = URL(fileURLWithPath: path).standardizedFileURL
        self.path = url.path
        var isDirectory: ObjCBool = false
        guard FileManager.default.fileExists(atPath: url.path, isDirectory: &isDirectory) else {
            throw ToolkitError("there is no file \(url.path). Give another: martlet db schema-load FILE, martlet db seed FILE")
        }
        guard !isDirectory.boolValue else { throw ToolkitError("\(url.path) is a directory") }
        do {
            let data = try Data(contentsOf: url, options: .mappedIfSafe)
            guard data.count <= Self.limitBytes else {
                throw ToolkitError("\(url.path) is larger than \(Figures.size(Self.limitBytes)): load it with psql or mysql")
            }
            bytes = Array(data)
        } catch let error as ToolkitError {
            throw error
        } catch {
            throw ToolkitError("\(url.path) cannot be read: \((error as NSError).localizedDescription)")
        }
    }

    init(path: String, text: String) {
        self.path = path
        bytes = Array(text.utf8)
    }
}
