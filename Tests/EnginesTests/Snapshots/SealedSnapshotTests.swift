import Crypto
import Foundation
import Testing

@testable import Engines

@Suite("Encrypted snapshots")
struct SealedSnapshotTests {
    private static let marker = "martlet-marker-in-plain"
    private let seal = SnapshotSeal(key: SymmetricKey(size: .bits256))

    private func inDirectory(_ body: (String) throws -> Void) throws {
        let root = "/tmp/martlet-test-\(UUID().uuidString.prefix(8))"
        try FileSystem.makeDirectory(root, mode: 0o700)
        defer { #expect(throws: Never.self) { try TreeRemoval.remove(root) } }
        for name in ["source", "snapshot", "target"] { try FileSystem.makeDirectory("\(root)/\(name)", mode: 0o700) }
        try body(root)
    }

    /// Sizes around the ends of chunks, holes, nothing at all.
    private func fill(_ directory: String) throws -> [String: Data] {
        try FileSystem.makeDirectory("\(directory)/\(Self.marker)", mode: 0o700)
        let text = Data(String(repeating: Self.marker, count: 100_000).utf8)
        let chunk = FileCopy.chunkBytes
        var contents = [
            "empty": Data(), "small": Data(Self.marker.utf8), "\(Self.marker)/table": text,
            "\(Self.marker)/whole": text.prefix(chunk),
            "more": text.prefix(chunk + 1), "zeros": Data(count: 3 * chunk + 5),
        ]
        contents["sparse"] = text.prefix(10) + Data(count: 4 * chunk) + text.prefix(chunk) + Data(count: chunk)
        for (path, content) in contents { try content.write(to: URL(fileURLWithPath: "\(directory)/\(path)")) }
        return contents
    }

    private func take(_ root: String, _ seal: SnapshotSeal?) throws -> SnapshotFiles {
        let draft = SnapshotDraft(directory: "\(root)/snapshot", seal: seal) { _ in }
        let listing = try TreeListing("\(root)/source") { _ in false }
        try draft.copy(listing, of: "\(root)/source", mayVanish: false, beginnings: ["small": Array("M".utf8)])
        try draft.add("data/label", Array(Self.marker.utf8))
        return files(root, draft.manifest, seal)
    }

    private func files(_ root: String, _ manifest: SnapshotManifest, _ seal: SnapshotSeal?) -> SnapshotFiles {
        SnapshotFiles(directory: "\(root)/snapshot", manifest: manifest, seal: seal, report: { _ in }, isCancelled: { false })
    }

    private func stored(_ directory: String) throws -> [String] {
        try TreeListing(directory) { _ in false }.files.map { "\(directory)/\($0.path)" }
    }

    @Test("Nothing is on the disk in the clear, names included; what comes back is what was there")
    func roundTrip() throws {
        try inDirectory { root in
            let contents = try fill("\(root)/source")
            let snapshot = try take(root, seal)
            for path in try stored("\(root)/snapshot") {
                #expect(!path.contains(Self.marker))
                let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
                #expect(bytes.range(of: Data(Self.marker.utf8)) == nil, "\(path)")
            }
            try snapshot.copy(to: "\(root)/target", below: "data")
            for (path, content) in contents {
                let wanted = path == "small" ? Data("M".utf8) + content.dropFirst() : content
                #expect(try Data(contentsOf: URL(fileURLWithPath: "\(root)/target/\(path)")) == wanted, "\(path)")
            }
            #expect(try snapshot.read("data/label") == Self.marker)
            let zeros = try #require(FileSystem.status("\(root)/snapshot/\(seal.place(of: "data/zeros"))"))
            #expect(zeros.st_blocks * 512 < 1 << 20, "the holes have become blocks")
        }
    }

    @Test("A copy is encrypted, encrypted anew, or not any more, as is wanted", arguments: [true, false], [true, false])
    func copies(_ isSealed: Bool, _ becomesSealed: Bool) throws {
        try inDirectory { root in
            let contents = try fill("\(root)/source")
            let snapshot = try take(root, isSealed ? seal : nil)
            let other = becomesSealed ? SnapshotSeal(key: SymmetricKey(size: .bits256)) : nil
            var manifest = snapshot.manifest
            manifest.files = try snapshot.copy(to: "\(root)/target", sealing: other)
            #expect(manifest.files.allSatisfy { ($0.holes != nil) == becomesSealed })
            try FileSystem.makeDirectory("\(root)/again", mode: 0o700)
            let copy = SnapshotFiles(
                directory: "\(root)/target", manifest: manifest, seal: other, report: { _ in }, isCancelled: { false })
            try copy.copy(to: "\(root)/again", below: "data")
            for (path, content) in contents where path != "small" {
                #expect(try Data(contentsOf: URL(fileURLWithPath: "\(root)/again/\(path)")) == content, "\(path)")
            }
        }
    }

    @Test("One bit that is wrong, a file in another's place, one that is cut short, another key: found out, and named")
    func damage() throws {
        try inDirectory { root in
            _ = try fill("\(root)/source")
            let snapshot = try take(root, seal)
            let table = "\(root)/snapshot/\(seal.place(of: "data/\(Self.marker)/table"))"
            let original = try Data(contentsOf: URL(fileURLWithPath: table))
            let other = try Data(contentsOf: URL(fileURLWithPath: "\(root)/snapshot/\(seal.place(of: "data/more"))"))
            func refused(_ bytes: Data, _ comment: Comment) throws {
                try bytes.write(to: URL(fileURLWithPath: table))
                try FileSystem.makeDirectory("\(root)/target", mode: 0o700)
                defer { #expect(throws: Never.self) { try TreeRemoval.remove("\(root)/target") } }
                #expect(throws: EngineError.self, comment) { try snapshot.copy(to: "\(root)/target", below: "data") }
            }
            for index in [0, 31, 32, 1000, 32 + FileCopy.chunkBytes, 32 + FileCopy.chunkBytes + 16, original.count - 1] {
                var wrong = original
                wrong[index] ^= 1
                try refused(wrong, "byte \(index)")
            }
            try refused(original.dropLast(1), "cut short")
            try refused(original + [0], "longer")
            try refused(other, "another's content")
            // The second chunk where the first should be.
            let record = FileCopy.chunkBytes + 16
            try refused(
                original.prefix(32) + original.dropFirst(32 + record) + original.prefix(32 + record).dropFirst(32), "turned")
            try original.write(to: URL(fileURLWithPath: table))
            try FileSystem.makeDirectory("\(root)/target", mode: 0o700)
            let stranger = files(root, snapshot.manifest, SnapshotSeal(key: SymmetricKey(size: .bits256)))
            #expect(throws: EngineError.self) { try stranger.copy(to: "\(root)/target", below: "data") }
        }
    }

    @Test("A manifest opens with its key alone, and is never taken in plain for one that should be encrypted")
    func manifest() throws {
        let manifest = SnapshotManifest(
            product: "postgres", takenAt: Date(timeIntervalSince1970: 1000), directories: ["data"],
            files: [.init(path: "data/\(Self.marker)", size: 3, checksum: 7, holes: [.init(offset: 0, length: 3)])])
        let text = try manifest.text()
        let bytes = Data(try seal.seal(manifest: text))
        #expect(bytes.range(of: Data(Self.marker.utf8)) == nil)
        #expect(try SnapshotManifest(seal.open(manifest: bytes)) == manifest)
        var wrong = bytes
        wrong[bytes.count / 2] ^= 1
        #expect(throws: EngineError.self) { try seal.open(manifest: wrong) }
        #expect(throws: EngineError.self) { try seal.open(manifest: Data(text)) }
        #expect(throws: EngineError.self) { try SnapshotManifest(bytes) }
        #expect(throws: EngineError.self) { try SnapshotSeal(key: SymmetricKey(size: .bits256)).open(manifest: bytes) }
    }
}
