internal import CMariaDB
internal import Foundation

/// What the server reads when `LOAD DATA LOCAL INFILE` asks for its file: chunks that a closure makes.
final class InfileSource {
    /// The next chunk; empty at the end.
    private let next: () throws -> [UInt8]
    private var chunk: [UInt8] = []
    private var used = 0
    /// What stopped the source.
    private(set) var failure: (any Error)?

    init(_ next: @escaping () throws -> [UInt8]) { self.next = next }

    /// Bytes copied, 0 at the end, -1 when the source fails.
    fileprivate func read(into buffer: UnsafeMutablePointer<CChar>, _ room: Int) -> Int32 {
        do {
            if used == chunk.count {
                chunk = try next()
                used = 0
            }
        } catch {
            failure = error
            return -1
        }
        let count = min(room, chunk.count - used)
        chunk.withUnsafeBytes { bytes in
            guard let start = bytes.baseAddress, count > 0 else { return }
            memcpy(buffer, start + used, count)
        }
        used += count
        return Int32(count)
    }

    private static func session(_ context: UnsafeMutableRawPointer?) -> MySQLSession? {
        context.map { Unmanaged<MySQLSession>.fromOpaque($0).takeUnretainedValue() }
    }

    /// The name that the server asks for is not looked at: there is our data, or nothing.
    static let begin:
        @convention(c) (
            UnsafeMutablePointer<UnsafeMutableRawPointer?>?, UnsafePointer<CChar>?, UnsafeMutableRawPointer?
        ) -> Int32 = { pointer, _, context in
            pointer?.pointee = context
            return session(context)?.infile == nil ? 1 : 0
        }

    static let read: @convention(c) (UnsafeMutableRawPointer?, UnsafeMutablePointer<CChar>?, UInt32) -> Int32 = {
        context, buffer, room in
        guard let buffer, let source = session(context)?.infile else { return -1 }
        return source.read(into: buffer, Int(room))
    }

    static let end: @convention(c) (UnsafeMutableRawPointer?) -> Void = { _ in }

    static let error: @convention(c) (UnsafeMutableRawPointer?, UnsafeMutablePointer<CChar>?, UInt32) -> Int32 = {
        _, buffer, room in
        if let buffer, room > 0 { strncpy(buffer, "the data could not be made", Int(room)) }
        return 2
    }
}

extension MySQLSession {
    /// Runs `LOAD DATA LOCAL INFILE …`; `next` makes the data, an empty chunk ends it.
    @discardableResult
    func load(_ statement: String, _ next: @escaping () throws -> [UInt8]) throws -> Outcome {
        let source = InfileSource(next)
        infile = source
        defer { infile = nil }
        do {
            return try run(statement)
        } catch {
            throw source.failure ?? error
        }
    }
}
