import CMartlet
import Foundation
import Testing

@testable import Engines

@Suite("Images of snapshots")
struct ImageContentTests {
    static let size: Int64 = 100 << 20
    /// In a piece, in a hole, at the end, right behind a piece.
    static let places: [Int64] = [50 << 20, 20 << 20, size - 1, (50 << 20) + 11]

    private func withImage(_ body: (_ path: String, _ file: Descriptor) throws -> Void) throws {
        let root = "/tmp/martlet-test-\(UUID().uuidString.prefix(8))"
        try FileSystem.makeDirectory(root, mode: 0o700)
        defer { #expect(throws: Never.self) { try TreeRemoval.remove(root) } }
        let file = try Descriptor(opening: "\(root)/image", O_RDWR | O_CREAT | O_EXCL, mode: 0o600)
        #expect(ftruncate(file.number, off_t(Self.size)) == 0)
        // Over the end of a piece; by itself; at the end.
        try write(file, 5000, at: ImageContent.pieceBytes - 100)
        try write(file, 10, at: 50 << 20)
        try write(file, 10, at: Self.size - 10)
        try body("\(root)/image", file)
    }

    private func write(_ file: Descriptor, _ count: Int, at offset: Int64, _ byte: UInt8 = 7) throws {
        let bytes = [UInt8](repeating: byte, count: count)
        #expect(pwrite(file.number, bytes, count, off_t(offset)) == count)
    }

    private func content(_ path: String) -> ImageContent { ImageContent(path: path, isCancelled: { false }, done: { _ in }) }

    private func image(_ path: String) throws -> SnapshotManifest.Image {
        let (size, pieces) = try content(path).list()
        return .init(size: size, storageBytes: 1 << 20, pieces: pieces)
    }

    private let damaged = EngineError.snapshotDamaged(what: "snap-A/image is not what it was when the snapshot was taken")

    @Test("What is listed is found again, and takes no more than what is there")
    func sound() throws {
        try withImage { path, file in
            let image = try image(path)
            #expect(image.isSound && image.size == Self.size)
            #expect((5020...1 << 20).contains(image.bytes), "\(image.bytes)")
            try content(path).verify(image, named: "snap-A/image")
            // Zeros that were written are what a hole is.
            try write(file, 4096, at: 30 << 20, 0)
            try content(path).verify(image, named: "snap-A/image")
        }
    }

    @Test("A byte that differs is found, wherever it is", arguments: ImageContentTests.places)
    func damage(at offset: Int64) throws {
        try withImage { path, file in
            let image = try image(path)
            try write(file, 1, at: offset, 8)
            #expect(throws: damaged) { try content(path).verify(image, named: "snap-A/image") }
        }
    }

    @Test("So is one that is shorter, longer or missing")
    func length() throws {
        try withImage { path, file in
            let image = try image(path)
            for size in [Self.size - 1, Self.size + 1] {
                #expect(ftruncate(file.number, off_t(size)) == 0)
                #expect(throws: damaged) { try content(path).verify(image, named: "snap-A/image") }
            }
            unlink(path)
            #expect(throws: EngineError.snapshotDamaged(what: "snap-A/image is missing")) {
                try content(path).verify(image, named: "snap-A/image")
            }
        }
    }

    @Test("A manifest of an image is read again; one that cannot be is refused")
    func manifest() throws {
        let piece = SnapshotManifest.Piece(offset: 4096, length: 4096, checksum: 9)
        func manifest(_ pieces: [SnapshotManifest.Piece], size: Int64 = 1 << 20) -> SnapshotManifest {
            let image = SnapshotManifest.Image(size: size, storageBytes: 1, pieces: pieces)
            return .init(product: "postgres", takenAt: Date(timeIntervalSince1970: 1), image: image)
        }
        let one = manifest([piece, .init(offset: 8192, length: 1, checksum: 0)])
        #expect(one.format == 2, "a Martlet that knows no images must not take it for an empty one")
        #expect(try SnapshotManifest(Data(one.text())) == one)
        let two = SnapshotManifest(product: "postgres", takenAt: Date(timeIntervalSince1970: 1), directories: [], files: [])
        #expect(two.format == 1, "an older Martlet reads it")
        for wrong in [
            manifest([piece, piece]), manifest([piece], size: 8191), manifest([.init(offset: 0, length: 0, checksum: 0)]),
            manifest([.init(offset: -1, length: 4, checksum: 0)]), manifest([.init(offset: .max, length: .max, checksum: 0)]),
        ] {
            #expect(throws: EngineError.self) { try SnapshotManifest(Data(wrong.text())) }
        }
    }
}
