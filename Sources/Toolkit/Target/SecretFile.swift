public import Foundation

/// A file with a secret: what only its owner can read.
public enum SecretFile {
    public static let limitBytes = 64 << 10

    /// All of it. A file that others can read is refused: they may have the secret already.
    ///
    /// - Parameter option: as it was typed (`--password-file`); errors begin with it.
    /// - Throws: `ToolkitError`, never with anything of the file's content.
    public static func read(_ path: String, option: String) throws -> Data {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw ToolkitError("\(option): \(path) cannot be read") }
        let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
        // Of what was opened, not of what has the name by now.
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw ToolkitError("\(option): \(path) cannot be read") }
        guard status.st_mode & 0o077 == 0 else {
            throw ToolkitError("\(option): others may read \(path); make it yours alone: chmod 600 \(path)")
        }
        var content = Data()
        do {
            while content.count <= limitBytes, let piece = try file.read(upToCount: limitBytes), !piece.isEmpty {
                content += piece
            }
        } catch {
            throw ToolkitError("\(option): \(path) cannot be read")
        }
        guard content.count <= limitBytes else { throw ToolkitError("\(option): \(path) has more than \(limitBytes) bytes") }
        return content
    }
}
