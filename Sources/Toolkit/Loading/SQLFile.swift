public import DatabaseURLs
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

    public var size: Int { bytes.count }

    /// Reads all of it as that dialect, so that a mistake is found before anything is destroyed.
    ///
    /// - Throws: `ToolkitError` with file and line.
    public func check(_ dialect: Dialect) throws {
        var splitter = StatementSplitter(bytes, dialect)
        do {
            while try splitter.next() != nil {}
        } catch {
            throw ToolkitError("\(path):\(error.line): \(error.reason)")
        }
    }

    /// Whether one of its last lines begins so; clients write more behind it.
    public func ends(with line: String) -> Bool {
        String(decoding: bytes.suffix(1024), as: UTF8.self).split(separator: "\n").contains { $0.hasPrefix(line) }
    }

    init(path: String, text: String) {
        self.path = path
        bytes = Array(text.utf8)
    }
}
