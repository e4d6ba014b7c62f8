internal import Foundation

/// A file to which values are added, a line of JSON each. Only its owner may read it.
final class PrivateLines {
    private let file: FileHandle
    private let encoder = JSONEncoder()

    /// Opens it, or makes it with mode 0600; a symbolic link is refused.
    ///
    /// - Throws: `ToolkitError` with what the system said.
    init(path: String) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw ToolkitError("\(path): \(String(cString: strerror(errno)))") }
        file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: true)
    }

    func append(_ value: some Encodable) throws { try file.write(contentsOf: encoder.encode(value) + Data("\n".utf8)) }

    /// Cuts off what is behind that many bytes.
    func truncate(toBytes count: Int) throws { try file.truncate(atOffset: UInt64(count)) }
}
