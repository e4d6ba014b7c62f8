internal import Foundation

/// A body in HTTP/1.1's chunks (RFC 9112, 7.1).
enum ChunkedBody {
    /// The body; nil when it is cut short or malformed. Trailers are left out.
    static func decode(_ bytes: Data) -> Data? {
        var rest = bytes
        var body = Data()
        while let end = rest.range(of: Data("\r\n".utf8)) {
            let digits = String(decoding: rest[..<end.lowerBound], as: UTF8.self).prefix { $0 != ";" && $0 != " " }
            guard let size = Int(digits, radix: 16), size >= 0 else { return nil }
            rest = rest[end.upperBound...]
            if size == 0 { return body }
            guard rest.count >= size + 2 else { return nil }
            body.append(rest.prefix(size))
            rest = rest.dropFirst(size + 2)
        }
        return nil
    }
}
