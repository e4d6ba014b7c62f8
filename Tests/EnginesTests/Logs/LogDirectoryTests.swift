import Foundation
import Resources
import Testing

@testable import Engines

@Suite struct LogDirectoryTests {
    private func withLogs(_ body: (LogDirectory) throws -> Void) throws {
        let root = "/tmp/martlet-test-\(UUID().uuidString.prefix(8))"
        try FileSystem.makeDirectory(root, mode: 0o755)
        let logs = LogDirectory(path: "\(root)/log", kinds: ["error", "slowquery"])
        do {
            try logs.prepare(for: nil)
            try body(logs)
        } catch {
            try TreeRemoval.remove(root)
            throw error
        }
        try TreeRemoval.remove(root)
    }

    private func write(_ logs: LogDirectory, _ name: String, _ text: String) throws {
        try FileSystem.replace("\(logs.path)/\(name)", with: text, mode: 0o600, durably: false)
    }

    @Test func listsPlainFilesOfTheKinds() throws {
        try withLogs { logs in
            try write(logs, "error/b.log", "12345")
            try write(logs, "slowquery/a.log.2026-11-21.02", "1")
            try write(logs, "outside.log", "1")
            let files = try logs.files()
            #expect(files.map(\.name) == ["error/b.log", "slowquery/a.log.2026-11-21.02"])
            #expect(files.first?.sizeBytes == 5)
            #expect(abs(Double(files.first?.lastWrittenMs ?? 0) / 1000 - Date().timeIntervalSince1970) < 60)
        }
    }

    @Test func aServerCannotLeadUsElsewhere() throws {
        try withLogs { logs in
            try write(logs, "secret", "secret")
            symlink("\(logs.path)/secret", "\(logs.path)/error/link.log")
            mkfifo("\(logs.path)/error/pipe.log", 0o600)
            mkdir("\(logs.path)/error/directory.log", 0o700)
            try write(logs, "error/with space.log", "1")
            try write(logs, "error/.hidden", "1")
            try write(logs, "error/\u{1b}[2J", "1")
            #expect(try logs.files().isEmpty)
            for name in [
                "error/link.log", "error/pipe.log", "error/directory.log", "secret", "../secret", "error/../secret",
                "/etc/passwd",
                "error", "error/", "", "error//link.log",
            ] {
                let file = DBLogFile(name: name, sizeBytes: 6, lastWrittenMs: 0, id: 0)
                #expect(try logs.read(file, from: 0, count: 6) == nil, "\(name)")
                try logs.remove(name == "error/directory.log" ? "error/none" : name)
            }
            #expect(FileSystem.exists("\(logs.path)/secret"))
        }
    }

    @Test func readsThisVeryFileAndNoOther() throws {
        try withLogs { logs in
            try write(logs, "error/b.log", "12345")
            let file = try #require(try logs.files().first)
            #expect(try logs.read(file, from: 1, count: 3) == Array("234".utf8))
            #expect(try logs.read(file, from: 4, count: 100) == Array("5".utf8))
            #expect(try logs.read(file, from: 9, count: 100) == [])
            try logs.rename("error/b.log", to: "error/b.log.1")
            #expect(try logs.read(file, from: 0, count: 1) == nil)
            try write(logs, "error/b.log", "other")
            #expect(try logs.read(file, from: 0, count: 1) == nil)
            let renamed = try #require(try logs.files().first { $0.name == "error/b.log.1" })
            #expect(renamed.id == file.id)
            try logs.remove("error/b.log.1")
            try logs.remove("error/b.log.1")
            #expect(try logs.files().map(\.name) == ["error/b.log"])
        }
    }
}
