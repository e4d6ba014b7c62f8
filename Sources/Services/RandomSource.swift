internal import Foundation

/// Where identifiers, passwords and window times come from.
public struct RandomSource: Sendable {
    /// A number from 0 up to, not including, its argument, each as likely as the other.
    public var below: @Sendable (Int) -> Int

    public init(below: @escaping @Sendable (Int) -> Int) {
        self.below = below
    }

    /// The operating system's cryptographic generator.
    public static let system = RandomSource { limit in
        var generator = SystemRandomNumberGenerator()
        return Int.random(in: 0..<limit, using: &generator)
    }

    func string(_ count: Int, of alphabet: String) -> String {
        let letters = Array(alphabet)
        return String((0..<count).map { _ in letters[below(letters.count)] })
    }
}

extension RandomSource {
    static let lowerLetters = "abcdefghijklmnopqrstuvwxyz"
    static let upperLetters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    static let digits = "0123456789"

    /// `DbiResourceId`: `db-` and 26 upper-case letters or digits.
    func instanceResourceID() -> String { "db-" + string(26, of: Self.upperLetters + Self.digits) }

    /// `DBSnapshot.snapshotID`.
    func snapshotID() -> String { "snap-" + string(26, of: Self.upperLetters + Self.digits) }

    /// The six characters that Secrets Manager puts after a secret's name in its ARN.
    func secretSuffix() -> String { string(6, of: Self.lowerLetters + Self.upperLetters + Self.digits) }

    /// Lower-case hexadecimal digits, as in the ids of EC2.
    func hexadecimal(_ count: Int) -> String { string(count, of: "0123456789abcdef") }

    /// A version 4 UUID (RFC 9562), lower-case.
    func uuid() -> String {
        var bytes = (0..<16).map { _ in UInt8(below(256)) }
        bytes[6] = bytes[6] & 0x0f | 0x40
        bytes[8] = bytes[8] & 0x3f | 0x80
        let hex = bytes.map { String(format: "%02x", $0) }
        return [hex[0..<4], hex[4..<6], hex[6..<8], hex[8..<10], hex[10..<16]].map { $0.joined() }.joined(separator: "-")
    }

    /// 32 characters with about 197 bits of entropy. Leaves out what RDS forbids (`/ " @` and space) and whatever a shell,
    /// a URL or a connection string would have to quote.
    func masterPassword() -> String {
        let punctuation = "-_.~*+=:"
        let letters = Self.lowerLetters + Self.upperLetters + Self.digits
        // One of each sort first, so that a password policy on the server is met; then mixed.
        var all =
            Array(string(1, of: Self.lowerLetters) + string(1, of: Self.upperLetters) + string(1, of: Self.digits))
            + Array(string(1, of: punctuation) + string(28, of: letters + punctuation))
        for index in stride(from: all.count - 1, to: 0, by: -1) { all.swapAt(index, below(index + 1)) }
        // A leading `-` would look like an option, a leading `~` like a home directory.
        if let first = all.firstIndex(where: { letters.contains($0) }) { all.swapAt(0, first) }
        return String(all)
    }
}
