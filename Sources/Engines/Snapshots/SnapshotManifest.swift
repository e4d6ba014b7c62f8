import Crypto
import Foundation

/// What a snapshot consists of, with a checksum of each file. It is written last: without it there is no snapshot.
struct SnapshotManifest: Codable, Equatable, Sendable {
    static let currentFormat = 2
    /// What file by file snapshots are written in, and were from the beginning.
    private static let fileFormat = 1
    static let name = "manifest"
    /// A manifest of two million files is smaller.
    static let sizeLimit = 512 << 20

    struct File: Codable, Equatable, Sendable {
        /// Relative to the snapshot's directory: `data/base/5/1259`.
        var path: String
        var size: Int64
        /// CRC-32C.
        var checksum: UInt32
        /// What of an encrypted file is zeros, and not encrypted; nil in snapshots that are not encrypted.
        var holes: [Extent]?
    }

    /// Bytes of a file.
    struct Extent: Codable, Equatable, Sendable {
        var offset: Int64
        var length: Int64
    }

    /// The image of a whole file system, in place of files.
    struct Image: Codable, Equatable, Sendable {
        /// Relative to the snapshot's directory.
        static let name = "image"

        /// Of the file, holes included.
        var size: Int64
        /// What servers could fill of it.
        var storageBytes: Int64
        /// All of it that is not zeros, in order.
        var pieces: [Piece]

        var bytes: Int64 { pieces.reduce(0) { $0 + $1.length } }

        /// The pieces are in order, do not overlap, and end where the image does at the latest.
        var isSound: Bool {
            var end: Int64 = 0
            for piece in pieces {
                guard piece.offset >= end, piece.length > 0, piece.length <= size, piece.offset <= size - piece.length else {
                    return false
                }
                end = piece.offset + piece.length
            }
            return size > 0 && storageBytes > 0
        }
    }

    /// Bytes of an image, and their CRC-32C.
    struct Piece: Codable, Equatable, Sendable {
        var offset: Int64
        var length: Int64
        var checksum: UInt32
    }

    var format = fileFormat
    /// Whose files they are: `postgres`, `mariadb`.
    var product: String
    /// The moment that the data show.
    var takenAt: Date
    var directories: [String]
    var files: [File]
    /// Nil in snapshots of files.
    var image: Image?

    var bytes: Int64 { files.reduce(0) { $0 + $1.size } + (image?.bytes ?? 0) }

    /// One line of JSON, and one with the SHA-256 of it.
    func text() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let body = try encoder.encode(self)
        return Array(body) + Array("\n\(SHA256.hash(data: body).hexadecimal)\n".utf8)
    }

    /// - Throws: `EngineError.snapshotDamaged`.
    init(_ bytes: Data) throws(EngineError) {
        guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")) else {
            throw .snapshotDamaged(what: "its \(Self.name) is cut short")
        }
        let body = bytes[..<end]
        guard bytes[end...].elementsEqual("\n\(SHA256.hash(data: body).hexadecimal)\n".utf8) else {
            throw .snapshotDamaged(what: "its \(Self.name) does not have the checksum that it should have")
        }
        do { self = try JSONDecoder().decode(SnapshotManifest.self, from: body) } catch {
            throw .snapshotDamaged(what: "its \(Self.name) cannot be read: \(error)")
        }
        guard format <= Self.currentFormat else {
            throw .system(
                what: "read the snapshot",
                reason: "it has format \(format), written by a later Martlet; this one understands up to \(Self.currentFormat)")
        }
        let paths = directories + files.map(\.path)
        guard paths.allSatisfy(Self.isBelow) else { throw .snapshotDamaged(what: "its \(Self.name) names files elsewhere") }
        guard image?.isSound ?? true else { throw .snapshotDamaged(what: "its \(Self.name) describes no image") }
    }

    init(product: String, takenAt: Date, directories: [String], files: [File]) {
        self.product = product
        self.takenAt = takenAt
        self.directories = directories
        self.files = files
    }

    /// Of an image. A Martlet that knows nothing of images has to refuse it.
    init(product: String, takenAt: Date, image: Image) {
        self.init(product: product, takenAt: takenAt, directories: [], files: [])
        self.image = image
        format = Self.currentFormat
    }

    private static func isBelow(_ path: String) -> Bool {
        let parts = path.split(separator: "/", omittingEmptySubsequences: false)
        return parts.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." }
    }
}
