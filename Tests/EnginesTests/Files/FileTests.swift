import Foundation
import Testing

@testable import Engines

@Suite struct FileTests {
    private func withDirectory(_ body: (String) throws -> Void) throws {
        let path = "/tmp/martlet-test-\(UUID().uuidString.prefix(8))"
        try FileSystem.makeDirectory(path, mode: 0o700)
        defer { #expect(throws: Never.self) { try TreeRemoval.remove(path) } }
        try body(path)
    }

    @Test func aFileIsReplacedWholeAndPrivately() throws {
        try withDirectory { directory in
            let path = "\(directory)/secret"
            try FileSystem.replace(path, with: "one", mode: 0o600)
            try FileSystem.replace(path, with: "two", mode: 0o600)
            #expect(FileSystem.read(path) == "two")
            #expect(FileSystem.status(path)?.st_mode == S_IFREG | 0o600)
            #expect(FileSystem.names(in: directory) == ["secret"])
        }
    }

    @Test func aLinkIsNeitherReadNorWrittenThrough() throws {
        try withDirectory { directory in
            try FileSystem.replace("\(directory)/precious", with: "kept", mode: 0o600)
            symlink("\(directory)/precious", "\(directory)/link")
            #expect(FileSystem.read("\(directory)/link") == nil)
            try FileSystem.replace("\(directory)/link", with: "new", mode: 0o600)
            #expect(FileSystem.read("\(directory)/precious") == "kept")
            #expect(FileSystem.read("\(directory)/link") == "new")
        }
    }

    @Test("Whoever was killed between making a directory and giving it away: that is done later")
    func aDirectoryIsFinished() throws {
        try withDirectory { directory in
            let path = "\(directory)/new"
            func mode() -> mode_t? { FileSystem.status(path).map { $0.st_mode & 0o7777 } }
            #expect(mkdir(path, 0o700) == 0)
            try FileSystem.makeDirectory(path, mode: 0o711, finishes: false)
            #expect(mode() == 0o700)
            try FileSystem.makeDirectory(path, mode: 0o711)
            #expect(mode() == 0o711)
            // What is somebody's decision stays.
            chmod(path, 0o750)
            try FileSystem.makeDirectory(path, mode: 0o711)
            #expect(mode() == 0o750)
            guard geteuid() == 0 else { return }
            let nobody = EngineUser(name: "nobody", uid: 65534, gid: 65534)
            chmod(path, 0o700)
            try FileSystem.makeDirectory(path, mode: 0o700, owner: nobody)
            #expect(FileSystem.status(path)?.st_uid == 65534)
            try FileSystem.makeDirectory(path, mode: 0o711)
            #expect(mode() == 0o700, "another's is not ours to change")
        }
    }

    @Test func deletionStopsAtLinks() throws {
        try withDirectory { directory in
            try FileSystem.makeDirectory("\(directory)/kept", mode: 0o700)
            try FileSystem.replace("\(directory)/kept/file", with: "x", mode: 0o600)
            try FileSystem.makeDirectory("\(directory)/gone", mode: 0o700)
            try FileSystem.makeDirectory("\(directory)/gone/deep", mode: 0o700)
            symlink("\(directory)/kept", "\(directory)/gone/deep/link")
            try TreeRemoval.remove("\(directory)/gone")
            #expect(FileSystem.names(in: directory) == ["kept"])
            #expect(FileSystem.read("\(directory)/kept/file") == "x")
            try TreeRemoval.remove("\(directory)/gone")
        }
    }

    @Test func whatAnInterruptedDeletionLeftIsDeletedLater() throws {
        try withDirectory { directory in
            let trash = Trash(host: EngineHost(directory: directory, user: nil))
            try FileSystem.makeDirectory(trash.directory, mode: 0o700)
            try FileSystem.makeDirectory("\(trash.directory)/leftover", mode: 0o700)
            try FileSystem.makeDirectory("\(directory)/thing", mode: 0o700)
            try trash.remove("\(directory)/thing")
            #expect(FileSystem.names(in: trash.directory) == ["leftover"])
            try trash.empty()
            #expect(FileSystem.names(in: trash.directory) == [])
        }
    }

    @Test func tooLittleRoomIsAFullDisk() throws {
        try FreeSpace.check(at: "/tmp", neededBytes: 1)
        #expect { try FreeSpace.check(at: "/tmp", neededBytes: .max) } throws: { error in
            if case EngineError.diskFull = error { true } else { false }
        }
    }

    @Test(arguments: [(ENOSPC, "no room on the disk: x"), (ENOMEM, "not enough memory: x"), (EACCES, "x: Permission denied")])
    func errnoSaysWhatIsWrong(_ code: Int32, _ text: String) {
        #expect(EngineError.refused("x", code).description == text)
    }

    @Test(arguments: [("/a/b", "/a", "b"), ("/a", "/", "a"), ("/a/b/c.d", "/a/b", "c.d")])
    func pathsAreTakenApart(_ path: String, _ parent: String, _ last: String) {
        #expect(FileSystem.parent(path) == parent)
        #expect(FileSystem.lastComponent(path) == last)
    }

    @Test func aLogThatGrowsIsCutAndItsEndIsKept() throws {
        try withDirectory { directory in
            let log = LogFile(path: "\(directory)/log")
            let (file, _) = try log.open()
            truncate(log.path, off_t(LogFile.runningLimitBytes))
            try FileSystem.write(Array("the end\n".utf8), to: file, log.path)
            log.limit { Issue.record($0) }
            #expect(FileSystem.status(log.path)?.st_size == 0)
            #expect(LogFile(path: log.path + ".1").tail(from: 0, limit: 8) == "the end\n")
            try FileSystem.write(Array("more\n".utf8), to: file, log.path)
            #expect(FileSystem.read(log.path) == "more\n")
        }
    }

    @Test func aBigLogIsTurnedOver() throws {
        try withDirectory { directory in
            let log = LogFile(path: "\(directory)/log")
            try FileSystem.replace(log.path, with: "first\n", mode: 0o600)
            let (file, offset) = try log.open()
            try FileSystem.write(Array("second\n".utf8), to: file, log.path)
            #expect(offset == 6)
            #expect(log.tail(from: offset) == "second\n")
            truncate(log.path, off_t(LogFile.sizeLimitBytes + 1))
            #expect(try log.open().offset == 0)
            #expect(FileSystem.names(in: directory) == ["log", "log.1"])
        }
    }
}
