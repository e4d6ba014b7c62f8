import Resources
import Synchronization

/// Log files in memory, of whatever instance; a server that writes to them and turns them over.
final class FakeLogs: DBLogShelf {
    private struct File {
        var id: UInt64
        var bytes: [UInt8]
        var lastWrittenMs: Int64
    }
    private let files = Mutex<[String: File]>([:])
    private let lastID = Mutex<UInt64>(100)
    /// Called before each read: what happens between looking and reading.
    let beforeRead = Mutex<(@Sendable () -> Void)?>(nil)

    func write(_ name: String, _ text: String, at milliseconds: Int64 = 0) { write(name, Array(text.utf8), at: milliseconds) }

    func write(_ name: String, _ bytes: [UInt8], at milliseconds: Int64 = 0) {
        files.withLock { files in
            var file = files[name] ?? File(id: newID(), bytes: [], lastWrittenMs: milliseconds)
            file.bytes += bytes
            file.lastWrittenMs = milliseconds
            files[name] = file
        }
    }

    private func newID() -> UInt64 {
        lastID.withLock { id in
            id += 1
            return id
        }
    }

    func rename(_ name: String, to other: String) { files.withLock { $0[other] = $0.removeValue(forKey: name) } }
    func remove(_ name: String) { files.withLock { _ = $0.removeValue(forKey: name) } }

    /// Another file under the name of one, with its number: what a file system may do after a deletion.
    func replace(_ name: String, _ text: String) { files.withLock { $0[name]?.bytes = Array(text.utf8) } }

    func content(_ name: String) -> [UInt8] { files.withLock { $0[name]?.bytes ?? [] } }

    func logFiles(of instance: DBInstance) -> [DBLogFile] {
        files.withLock { files in
            files.map { name, file in
                DBLogFile(
                    name: name, sizeBytes: Int64(file.bytes.count), lastWrittenMs: file.lastWrittenMs, id: file.id)
            }.sorted { $0.name < $1.name }
        }
    }

    func read(_ file: DBLogFile, of instance: DBInstance, from offset: Int64, count: Int) -> [UInt8]? {
        beforeRead.withLock { $0 }?()
        return files.withLock { files in
            guard let found = files[file.name], found.id == file.id else { return nil }
            return Array(found.bytes.dropFirst(Int(offset)).prefix(count))
        }
    }
}
