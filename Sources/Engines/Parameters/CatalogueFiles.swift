import Foundation
import Synchronization

/// What servers told of their parameters: kept in `DIR/parameters/ENGINE-VERSION.json`, and asked once at a time.
///
/// The rows are kept as the server gave them, so that what Martlet makes of them can change.
final class CatalogueFiles: Sendable {
    typealias Rows = [[String?]]

    private struct Content: Codable {
        /// Raised when another question is asked.
        var format: Int
        var rows: Rows
    }

    static let shared = CatalogueFiles()
    private static let sizeLimit = 4 << 20

    private let pending = Mutex<[String: Task<Rows, any Error>]>([:])

    /// The rows of a version; `ask` is called when they are not known yet. A failure is forgotten, and asked again.
    func rows(
        _ host: EngineHost, engine: String, version: String, format: Int, _ ask: @escaping @Sendable () async throws -> Rows
    ) async throws -> Rows {
        let path = "\(host.directory)/parameters/\(engine)-\(version).json"
        let task = pending.withLock { pending in
            if let running = pending[path] { return running }
            let task = Task { try await Self.load(host, path, format, ask) }
            pending[path] = task
            return task
        }
        do { return try await task.value } catch {
            pending.withLock { $0[path] = nil }
            throw error
        }
    }

    /// The rows of a version that has been asked before; nil for another.
    func kept(_ host: EngineHost, engine: String, version: String, format: Int) -> Rows? {
        Self.read("\(host.directory)/parameters/\(engine)-\(version).json", format)
    }

    private static func load(
        _ host: EngineHost, _ path: String, _ format: Int, _ ask: @Sendable () async throws -> Rows
    ) async throws -> Rows {
        if let kept = read(path, format) { return kept }
        let rows = try await ask()
        try host.makePassage("parameters")
        let text = String(decoding: try JSONEncoder().encode(Content(format: format, rows: rows)), as: UTF8.self)
        try FileSystem.replace(path, with: text, mode: 0o600)
        return rows
    }

    /// Nil where nothing is kept, and for a file that cannot be used: it can be made again at any time.
    private static func read(_ path: String, _ format: Int) -> Rows? {
        guard let text = FileSystem.read(path, limit: sizeLimit),
            let content = try? JSONDecoder().decode(Content.self, from: Data(text.utf8)), content.format == format
        else { return nil }
        return content.rows
    }
}
