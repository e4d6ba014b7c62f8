internal import Foundation

/// What is sent with each row so that the application lets us in: `--through-header-file FILE`, `Name: value` on a line each.
///
/// The values are secrets. No error here has one, nor any other part of a line that may be one.
public struct ThroughHeaders: Sendable, Equatable {
    public struct Header: Sendable, Equatable {
        public var name: String
        public var value: String
    }

    public private(set) var all: [Header] = []
    /// What must not be written down: the values and their parts, the longest first.
    private var secrets: [String] = []

    /// What the client says of itself, and what would change how the request or its answer is read.
    private static let own: Set<String> = [
        "accept", "accept-encoding", "connection", "content-encoding", "content-length", "content-type", "expect", "host",
        "idempotency-key", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade",
    ]
    /// Shorter ones are in too many innocent words to be hidden.
    private static let secretLimitBytes = 4

    public init() {}

    /// - Parameter data: the file's content. Empty lines are passed over.
    /// - Throws: `ToolkitError` with the line's number.
    public init(file data: some Collection<UInt8>) throws {
        for (index, line) in data.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() where !line.isEmpty {
            let header: Header
            do {
                header = try Self.header(Array(line))
            } catch let error as ToolkitError {
                throw ToolkitError("--through-header-file: line \(index + 1) \(error)")
            }
            try add(header)
        }
        guard !all.isEmpty else { throw ToolkitError("--through-header-file: there is no header in it") }
    }

    /// Adds `Authorization: Basic …` (RFC 7617).
    ///
    /// - Throws: `ToolkitError` when there is another `Authorization`.
    public mutating func addBasic(user: String, password: String) throws {
        try add(Header(name: "Authorization", value: "Basic " + Data("\(user):\(password)".utf8).base64EncodedString()))
        hide([password])
    }

    private static func header(_ line: [UInt8]) throws -> Header {
        guard !line.contains(0x0D) else { throw ToolkitError("has a carriage return; lines end with a line feed alone") }
        guard let colon = line.firstIndex(of: UInt8(ascii: ":")) else { throw ToolkitError("is not of the form Name: value") }
        let name = line[..<colon]
        guard !name.isEmpty, name.allSatisfy(isToken) else { throw ToolkitError("has no valid name before its colon") }
        let isSpace = { (byte: UInt8) in byte == 0x20 || byte == 0x09 }
        var value = line[line.index(after: colon)...].drop(while: isSpace)
        while let last = value.last, isSpace(last) { value.removeLast() }
        guard !value.isEmpty else { throw ToolkitError("has no value behind its colon") }
        guard value.allSatisfy({ $0 == 0x09 || (0x20...0x7E).contains($0) }) else {
            throw ToolkitError("has a value with other characters than printable ASCII")
        }
        return Header(name: String(decoding: name, as: UTF8.self), value: String(decoding: value, as: UTF8.self))
    }

    /// RFC 9110, 5.6.2.
    private static func isToken(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }

    private mutating func add(_ header: Header) throws {
        let name = header.name.lowercased()
        guard !Self.own.contains(name) else {
            throw ToolkitError("--through-header-file: \(name) is a header that this program sets itself")
        }
        guard !all.contains(where: { $0.name.lowercased() == name }) else {
            throw ToolkitError("\(name) is given twice: by --through-header-file or the URL of --through")
        }
        all.append(header)
        hide(Self.parts(of: header.value))
    }

    /// An application that quotes a header may leave out `Bearer`, or quote one cookie of several.
    private static func parts(of value: String) -> [String] {
        let words = value.split(separator: " ", maxSplits: 1).dropFirst().map(String.init)
        let crumbs = value.split(separator: ";").compactMap { crumb in
            crumb.firstIndex(of: "=").map { String(crumb[crumb.index(after: $0)...]) }
        }
        return [value] + words + crumbs
    }

    private mutating func hide(_ found: [String]) {
        // JSON may be written with \/ for /.
        let written = found + found.map { $0.replacingOccurrences(of: "/", with: "\\/") }
        secrets = Set(secrets + written.filter { $0.utf8.count >= Self.secretLimitBytes }).sorted {
            ($1.utf8.count, $0) < ($0.utf8.count, $1)
        }
    }

    /// A text of the application's without these secrets, should it quote them.
    public func hidden(_ text: String) -> String {
        secrets.reduce(text) { $0.replacingOccurrences(of: $1, with: "[hidden]") }
    }
}
