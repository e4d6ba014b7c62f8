import CMartlet
import Foundation
import Testing

@testable import Engines

@Suite("Files of snapshots")
struct SnapshotFileTests {
    private func inDirectory(_ body: (String) throws -> Void) throws {
        let root = "/tmp/martlet-test-\(UUID().uuidString.prefix(8))"
        try FileSystem.makeDirectory(root, mode: 0o700)
        defer { #expect(throws: Never.self) { try TreeRemoval.remove(root) } }
        try body(root)
    }

    private func crc(_ text: String) -> UInt32 {
        Array(text.utf8).withUnsafeBytes { martlet_crc32c(0, $0.baseAddress, $0.count) }
    }

    @Test("CRC-32C is the one of RFC 3720, whole or in pieces")
    func checksums() {
        #expect(crc("123456789") == 0xe306_9283)
        #expect(crc(String(repeating: "\0", count: 32)) == 0x8a91_36aa)
        let text = Array("a longer text, so that words and the bytes after them are met".utf8)
        for cut in 0...text.count {
            let first = text[..<cut].withUnsafeBytes { martlet_crc32c(0, $0.baseAddress, $0.count) }
            let both = text[cut...].withUnsafeBytes { martlet_crc32c(first, $0.baseAddress, $0.count) }
            #expect(both == crc(String(decoding: text, as: UTF8.self)))
        }
    }

    @Test("A copy has the content and the holes of its source, and the checksum of all")
    func copy() throws {
        try inDirectory { root in
            let source = try Descriptor(opening: "\(root)/a", O_RDWR | O_CREAT, mode: 0o600)
            let bytes = (0..<10_000).map { UInt8(truncatingIfNeeded: $0 * 7) }
            #expect(pwrite(source.number, bytes, bytes.count, 5 << 20) == bytes.count)
            #expect(ftruncate(source.number, 9 << 20) == 0)
            let target = try Descriptor(opening: "\(root)/b", O_RDWR | O_CREAT, mode: 0o600)
            let outcome = try FileCopy.copy(source, to: target, size: 9 << 20, "a")
            let (original, twin) = try (
                Data(contentsOf: URL(fileURLWithPath: "\(root)/a")), Data(contentsOf: URL(fileURLWithPath: "\(root)/b"))
            )
            #expect(original == twin && outcome.size == 9 << 20)
            #expect(outcome.checksum == original.withUnsafeBytes { martlet_crc32c(0, $0.baseAddress, $0.count) })
            #expect(try FileCopy.checksum(PlainFile(file: target, path: "b"), size: 9 << 20).checksum == outcome.checksum)
            let blocks = try #require(FileSystem.status("\(root)/b")).st_blocks
            #expect(blocks * 512 < 3 << 20, "the holes have become blocks")
        }
    }

    @Test("Nobody's links are followed, and no way leads out")
    func links() throws {
        try inDirectory { root in
            try FileSystem.makeDirectory("\(root)/in", mode: 0o700)
            try FileSystem.replace("\(root)/secret", with: "x", mode: 0o600)
            #expect(symlink("../secret", "\(root)/in/link") == 0)
            #expect(symlink("/etc", "\(root)/in/etc") == 0)
            let below = try Descriptor.directory("\(root)/in")
            for path in ["link", "etc/passwd", "../secret", "", "/etc/passwd", "a//b"] {
                #expect(martlet_open_below(below.number, path, O_RDONLY, 0) < 0, "\(path)")
            }
            #expect(throws: EngineError.self) { try TreeListing("\(root)/in") { _ in false } }
        }
    }

    @Test("A manifest says when it is not what was written")
    func manifest() throws {
        let manifest = SnapshotManifest(
            product: "postgres", takenAt: Date(timeIntervalSince1970: 1000), directories: ["data"],
            files: [.init(path: "data/x", size: 3, checksum: 7)])
        let bytes = Data(try manifest.text())
        #expect(try SnapshotManifest(bytes) == manifest)
        for index in stride(from: 0, to: bytes.count, by: 3) {
            var wrong = bytes
            wrong[index] ^= 1
            #expect(throws: EngineError.self) { try SnapshotManifest(wrong) }
        }
        #expect(throws: EngineError.self) { try SnapshotManifest(bytes.dropLast(10)) }
        let outside = SnapshotManifest(
            product: "postgres", takenAt: Date(), directories: [], files: [.init(path: "data/../../x", size: 0, checksum: 0)])
        #expect(throws: EngineError.self) { try SnapshotManifest(Data(try outside.text())) }
    }

    @Test("A page of InnoDB that was half written is told from a whole one")
    func pages() {
        var page = (0..<16_384).map { UInt8(truncatingIfNeeded: $0) }
        page[54..<58] = [0, 0, 0, 0x15]
        let sum = page[..<16_380].withUnsafeBytes { martlet_crc32c(0, $0.baseAddress, $0.count) }
        for index in 0..<4 { page[16_380 + index] = UInt8(truncatingIfNeeded: sum >> (24 - 8 * index)) }
        #expect(page.withUnsafeBytes { InnoDBPages.isWhole($0) })
        #expect(InnoDBPages.pageBytes(page) == 16_384)
        page[9000] ^= 1
        #expect(page.withUnsafeBytes { !InnoDBPages.isWhole($0) })
        #expect([UInt8](repeating: 0, count: 16_384).withUnsafeBytes { InnoDBPages.isWhole($0) })
        page[57] = 0x05
        #expect(InnoDBPages.pageBytes(page) == 0, "an older format has no such checksum")
        page[57] = 0x35
        #expect(InnoDBPages.pageBytes(page) == 0, "compressed pages have it elsewhere")
    }

    @Test("The redo log's beginning: the later of the checkpoints that are whole")
    func redoLog() {
        var bytes = [UInt8](repeating: 0, count: 12_288)
        bytes[0..<4] = [0x50, 0x68, 0x79, 0x73]
        func checkpoint(_ at: Int, _ position: UInt8) {
            bytes[at + 7] = position
            let sum = bytes[at..<(at + 60)].withUnsafeBytes { martlet_crc32c(0, $0.baseAddress, $0.count) }
            for index in 0..<4 { bytes[at + 60 + index] = UInt8(truncatingIfNeeded: sum >> (24 - 8 * index)) }
        }
        #expect(RedoLogHeader(bytes, fileBytes: 1 << 20) == nil, "no checkpoint yet")
        checkpoint(4096, 9)
        checkpoint(8192, 7)
        #expect(RedoLogHeader(bytes, fileBytes: 1 << 20)?.checkpoint == 9)
        #expect(RedoLogHeader(bytes, fileBytes: 1 << 20)?.capacity == 1 << 20 - 12_288)
        bytes[4096 + 20] = 1
        #expect(RedoLogHeader(bytes, fileBytes: 1 << 20)?.checkpoint == 7, "the other is half written")
        bytes[0] = 0
        #expect(RedoLogHeader(bytes, fileBytes: 1 << 20) == nil, "another format")
    }

    @Test("Segments of PostgreSQL's log are counted across the end of a file's number")
    func segments() {
        let (start, end) = ("0000000100000001000000FE", "000000010000000200000001")
        let bytes: Int64 = 16 << 20
        #expect(
            PostgreSQLBackup.number(end, segmentBytes: bytes)
                == PostgreSQLBackup.number(start, segmentBytes: bytes).map { $0 + 3 })
        #expect(PostgreSQLBackup.isSegment("0000000100000001000000FF", from: start, to: end))
        #expect(!PostgreSQLBackup.isSegment("0000000100000001000000FD", from: start, to: end))
        #expect(!PostgreSQLBackup.isSegment("000000010000000200000001.partial", from: start, to: end))
        #expect(!PostgreSQLBackup.isSegment("0000000200000001000000FF", from: start, to: end))
    }

    @Test("What a running server keeps for itself is left out of a copy")
    func leftOut() {
        for path in [
            "postmaster.pid", ".s.PGSQL.5432.lock", "pg_wal/0000000100000001000000FE", "pg_replslot/a/state",
            "base/pgsql_tmp", "base/5/pg_internal.init", "pg_stat_tmp/a",
        ] {
            #expect(PostgreSQLBackup.isLeftOut(path), "\(path)")
        }
        for path in ["PG_VERSION", "base/5/1259", "global/pg_control", "pg_wal", "pg_xact/0000", "pg_multixact/members/0000"] {
            #expect(!PostgreSQLBackup.isLeftOut(path), "\(path)")
        }
        for path in ["mysql.sock", "martlet-abc.sql", "mysql-bin-changelog.000001", "ibtmp1", "martlet-tmp/x"] {
            #expect(MariaDBBackup.isLeftOut(path), "\(path)")
        }
        for path in ["ibdata1", "app/t.ibd", "app/t.frm", "ib_logfile0", "aria_log_control", "ddl_recovery.log"] {
            #expect(!MariaDBBackup.isLeftOut(path), "\(path)")
        }
        #expect(MariaDBBackup.isPages("app/t.ibd") && MariaDBBackup.isPages("undo001") && !MariaDBBackup.isPages("app/t.frm"))
    }
}
