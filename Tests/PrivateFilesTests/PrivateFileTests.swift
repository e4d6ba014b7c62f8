import Foundation
import PrivateFiles
import Testing

@Suite("Files replaced whole or not at all")
struct PrivateFileTests {
    private let directory = NSTemporaryDirectory() + "private-files-" + UUID().uuidString

    private func inDirectory(_ body: () throws -> Void) throws {
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: directory) }
        try body()
    }

    private func mode(_ path: String) -> mode_t {
        var found = stat()
        return lstat(path, &found) == 0 ? found.st_mode & 0o7777 : 0
    }

    @Test("The content and the mode are the last ones given, and nothing else is left in the directory")
    func replaces() throws {
        try inDirectory {
            let path = directory + "/file"
            try PrivateFile.replace(path, with: "first".utf8)
            #expect(mode(path) == 0o600)
            try PrivateFile.replace(path, with: "second".utf8, mode: 0o644, durably: false)
            #expect(try String(contentsOfFile: path, encoding: .utf8) == "second")
            #expect(mode(path) == 0o644)
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == ["file"])
        }
    }

    @Test("What somebody who was killed left of the same file goes; what is being written, and others' files, stay")
    func leftovers() throws {
        try inDirectory {
            // Nobody holds them, though the numbers are those of living processes: ours, and the first one.
            let left = [
                "file.\(UUID().uuidString).partial", "file.\(getpid()).\(UUID().uuidString).partial",
                "file.1.\(UUID().uuidString).partial",
            ]
            let written = "file.\(UUID().uuidString).partial"
            let others = [
                "other.\(UUID().uuidString).partial", "file.more.\(UUID().uuidString).partial", "file.partial", "file.1.partial",
            ]
            for name in left + others + [written] { try Data().write(to: URL(fileURLWithPath: directory + "/" + name)) }
            let writer = try #require(FileHandle(forReadingAtPath: directory + "/" + written))
            try #require(flock(writer.fileDescriptor, LOCK_EX | LOCK_NB) == 0)
            try PrivateFile.replace(directory + "/file", with: "text".utf8)
            #expect(try Set(FileManager.default.contentsOfDirectory(atPath: directory)) == Set(others + [written, "file"]))
            try writer.close()
            try PrivateFile.replace(directory + "/file", with: "text".utf8)
            #expect(try Set(FileManager.default.contentsOfDirectory(atPath: directory)) == Set(others + ["file"]))
        }
    }

    @Test("Many who replace the same file leave one of their contents, and nothing else")
    func atTheSameTime() throws {
        try inDirectory {
            let path = directory + "/file"
            let failures = LockedList()
            DispatchQueue.concurrentPerform(iterations: 8) { writer in
                for turn in 0..<50 {
                    do throws(FileFailure) {
                        try PrivateFile.replace(path, with: "writer \(writer)".utf8, durably: turn == 0)
                    } catch { failures.add(error) }
                }
            }
            #expect(failures.all.isEmpty)
            let text = try String(contentsOfFile: path, encoding: .utf8)
            #expect(text.hasPrefix("writer "))
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == ["file"])
        }
    }

    @Test("A symbolic link in the way is replaced, and what it leads to stays as it is")
    func replacesLink() throws {
        try inDirectory {
            let target = directory + "/target"
            let link = directory + "/link"
            try PrivateFile.replace(target, with: "kept".utf8)
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: target)
            try PrivateFile.replace(link, with: "new".utf8)
            #expect(try String(contentsOfFile: target, encoding: .utf8) == "kept")
            #expect(try String(contentsOfFile: link, encoding: .utf8) == "new")
        }
    }

    @Test("Where it cannot be written, the reason is told and the old content stays")
    func refused() throws {
        try inDirectory {
            #expect(throws: FileFailure.self) { try PrivateFile.replace(directory + "/none/file", with: "text".utf8) }
            // A directory of that name cannot be renamed over.
            let path = directory + "/taken"
            try FileManager.default.createDirectory(atPath: path + "/inside", withIntermediateDirectories: true)
            #expect(throws: FileFailure.self) { try PrivateFile.replace(path, with: "text".utf8) }
            #expect(try FileManager.default.contentsOfDirectory(atPath: directory) == ["taken"])
        }
    }
}

private final class LockedList: @unchecked Sendable {
    private let lock = NSLock()
    private var failures: [FileFailure] = []

    var all: [FileFailure] { lock.withLock { failures } }
    func add(_ failure: FileFailure) { lock.withLock { failures.append(failure) } }
}
