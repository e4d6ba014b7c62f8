import Crypto
import Foundation

/// One file of an encrypted snapshot: a salt, and then, for each chunk of the content, what AES-256-GCM has made of it, and its
/// tag. The key is derived from the snapshot's, the salt and the path, so no file takes another's place; the nonce is the number
/// of the chunk, so no chunk does. A salt is never used twice, so neither is a nonce. Where the file ends, and where its holes
/// are, says the manifest, which is encrypted as a whole.
struct SealedFile: ChunkSource, ChunkSink {
    static let saltBytes = 32
    private static let tagBytes = 16

    private let file: PlainFile
    private let key: SymmetricKey
    /// As the manifest says.
    private let size: Int64
    private let holes: [SnapshotManifest.Extent]

    /// A new file.
    init(making file: PlainFile, at path: String, _ seal: SnapshotSeal) throws {
        let salt = RandomBytes.make(Self.saltBytes)
        try salt.withUnsafeBytes { try file.write($0, at: 0) }
        self.file = file
        key = seal.fileKey(path, salt: salt)
        size = 0
        holes = []
    }

    /// One that is there.
    init(opening file: PlainFile, _ listed: SnapshotManifest.File, _ seal: SnapshotSeal) throws {
        var salt = [UInt8](repeating: 0, count: Self.saltBytes)
        let count = try salt.withUnsafeMutableBytes { try file.read($0, $0.count, at: 0) }
        self.file = file
        key = seal.fileKey(listed.path, salt: salt)
        size = listed.size
        holes = listed.holes ?? []
        guard count == salt.count, try file.size == Self.bytes(of: size) else { throw damaged }
    }

    private var damaged: EngineError { .snapshotDamaged(what: "\(file.path) is not what it was when the snapshot was taken") }

    /// What a file with that much content takes.
    static func bytes(of size: Int64) -> Int64 {
        let chunks = (size + Int64(FileCopy.chunkBytes) - 1) / Int64(FileCopy.chunkBytes)
        return Int64(saltBytes) + size + chunks * Int64(tagBytes)
    }

    private static func place(_ offset: Int64) -> Int64 {
        Int64(saltBytes) + offset / Int64(FileCopy.chunkBytes) * Int64(FileCopy.chunkBytes + tagBytes)
    }

    private static func nonce(_ offset: Int64) throws -> AES.GCM.Nonce {
        let number = UInt64(offset) / UInt64(FileCopy.chunkBytes)
        let bytes: [UInt8] = (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * UInt64($0))) }
        return try AES.GCM.Nonce(data: [0, 0, 0, 0] + bytes)
    }

    func nextData(_ offset: Int64) -> Int64? {
        var next = offset
        for hole in holes where hole.offset <= next && next < hole.offset + hole.length { next = hole.offset + hole.length }
        return next < size ? next : nil
    }

    func read(_ buffer: UnsafeMutableRawBufferPointer, _ wanted: Int, at offset: Int64) throws -> Int {
        let count = Int(min(Int64(wanted), max(0, size - offset)))
        guard count > 0 else { return 0 }
        var record = Data(count: count + Self.tagBytes)
        let found = try record.withUnsafeMutableBytes { try file.read($0, $0.count, at: Self.place(offset)) }
        guard found == record.count else { throw damaged }
        do {
            let box = try AES.GCM.SealedBox(
                nonce: Self.nonce(offset), ciphertext: record.prefix(count), tag: record.suffix(Self.tagBytes))
            try AES.GCM.open(box, using: key).copyBytes(to: UnsafeMutableRawBufferPointer(rebasing: buffer[..<count]))
        } catch { throw damaged }
        return count
    }

    func write(_ bytes: UnsafeRawBufferPointer, at offset: Int64) throws {
        var record = Data(capacity: bytes.count + Self.tagBytes)
        do {
            let box = try AES.GCM.seal(bytes, using: key, nonce: Self.nonce(offset))
            record.append(box.ciphertext)
            record.append(box.tag)
        } catch { throw EngineError.system(what: "encrypt \(file.path)", reason: "\(error)") }
        try record.withUnsafeBytes { try file.write($0, at: Self.place(offset)) }
    }

    func finish(size: Int64) throws { try file.finish(size: Self.bytes(of: size)) }
}
