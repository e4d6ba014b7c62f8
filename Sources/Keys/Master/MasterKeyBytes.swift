internal import Foundation

/// `DIR/keys/master-….key`: 64 hexadecimal digits, for its owner's eyes only.
enum MasterKeyBytes {
    static func read(_ path: String) throws -> [UInt8] {
        guard FileManager.default.fileExists(atPath: path) else {
            throw MasterKeyError.unusable(
                "The master key \(path) is missing. Put it back from a copy; a new one would open nothing.")
        }
        try checkMode(path)
        let text = try String(contentsOfFile: path, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
        let digits = text.utf8.compactMap { Character(UnicodeScalar($0)).hexDigitValue }
        guard text.utf8.count == 64, digits.count == 64 else {
            throw MasterKeyError.unusable("\(path) does not hold a master key: 64 hexadecimal digits.")
        }
        return stride(from: 0, to: 64, by: 2).map { UInt8(digits[$0] << 4 | digits[$0 + 1]) }
    }

    private static func checkMode(_ path: String) throws {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        let mode = (attributes[.posixPermissions] as? NSNumber)?.intValue ?? 0
        guard mode & 0o077 == 0 else {
            throw MasterKeyError.unusable(
                "\(path) can be read by others (mode \(String(mode, radix: 8))). If nobody has: chmod 600 \(path)")
        }
    }
}
