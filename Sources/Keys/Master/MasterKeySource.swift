/// What opens an installation's root key, as its operator gives it.
public enum MasterKeySource: Sendable, Equatable {
    /// Nothing is given: a file in the data directory.
    case file
    /// From a file, the environment or a command.
    case passphrase([UInt8])

    /// A passphrase protects a disk that is in the wrong hands: it must not be guessed.
    public static let shortestPassphrase = 12
    public static let longestPassphrase = 4096

    /// The bytes of a file or of a command's output, without the line's end.
    ///
    /// - Throws: `MasterKeyError.unusable` when it is too short or too long.
    public static func passphrase(from bytes: some Collection<UInt8>) throws -> MasterKeySource {
        var bytes = Array(bytes)
        if bytes.last == 0x0A { bytes.removeLast() }
        if bytes.last == 0x0D { bytes.removeLast() }
        guard (shortestPassphrase...longestPassphrase).contains(bytes.count) else {
            throw MasterKeyError.unusable(
                "The passphrase of the master key must have \(shortestPassphrase) to \(longestPassphrase) bytes; "
                    + "it has \(bytes.count).")
        }
        return .passphrase(bytes)
    }
}

/// Why the root key stays closed. Nothing has been changed then, and nothing is ever made anew in its place.
public enum MasterKeyError: Error, Sendable, Equatable, CustomStringConvertible {
    /// It is not the one that the root key was protected with.
    case wrong
    case unusable(String)

    public var description: String {
        switch self {
        case .wrong:
            "This master key does not open the root key of this data directory. Start with the one that it was protected with; "
                + "without it no secret and no encrypted volume can be read."
        case .unusable(let reason): reason
        }
    }
}
