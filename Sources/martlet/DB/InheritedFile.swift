internal import Foundation
internal import Toolkit

/// A file that has no name: programs that we start read it by its descriptor, and nothing is left behind, whatever happens.
final class InheritedFile {
    /// `/dev/fd/N`, for this process and those it starts or becomes.
    let path: String

    /// Mode 0600, although nobody could find it. It stays open to the end of the process.
    init(_ text: String) throws {
        let descriptor = try Self.makeNameless()
        let bytes = Array(text.utf8)
        guard write(descriptor, bytes, bytes.count) == bytes.count, lseek(descriptor, 0, SEEK_SET) == 0 else {
            throw ToolkitError("cannot write a temporary file: \(String(cString: strerror(errno)))")
        }
        path = "/dev/fd/\(descriptor)"
    }

    /// The descriptor of an empty file that has lost its name already; programs that we start inherit it.
    static func makeNameless() throws -> Int32 {
        let template = FileManager.default.temporaryDirectory.path + "/martlet-XXXXXX"
        var name = Array(template.utf8CString)
        let descriptor = mkstemp(&name)
        guard descriptor >= 0 else { throw ToolkitError("no temporary file: \(String(cString: strerror(errno)))") }
        unlink(name)
        return descriptor
    }
}
