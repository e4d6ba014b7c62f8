/// The encryption context: names and values that a ciphertext is bound to. Not secret, and not part of the ciphertext: who
/// decrypts has to know it.
public struct EncryptionContext: Sendable, Equatable, ExpressibleByDictionaryLiteral {
    public var pairs: [String: String]

    public init(_ pairs: [String: String] = [:]) { self.pairs = pairs }

    public init(dictionaryLiteral elements: (String, String)...) {
        pairs = Dictionary(elements) { _, last in last }
    }

    /// The pairs in the order of their names' bytes, each text behind its length (32 bits, big-endian): two contexts never
    /// have the same bytes.
    var bytes: [UInt8] {
        let sorted = pairs.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
        return sorted.flatMap { Self.framed($0.key) + Self.framed($0.value) }
    }

    private static func framed(_ text: String) -> [UInt8] {
        let utf8 = Array(text.utf8)
        return UInt32(utf8.count).bigEndianBytes + utf8
    }
}

extension UInt32 {
    var bigEndianBytes: [UInt8] { withUnsafeBytes(of: bigEndian) { Array($0) } }
}
