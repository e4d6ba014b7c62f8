/// The canonical request of Signature Version 4, as botocore's `SigV4Auth.canonical_request` writes it for every service but S3.
///
/// Method, path, query, headers, the list of signed headers and the body's hash, one under the other.
enum CanonicalRequest {
    /// - Parameters:
    ///   - query: the decoded pairs of the query string, without `X-Amz-Signature`.
    ///   - bodyHash: the last line: hexadecimal SHA-256 of the body, or `UNSIGNED-PAYLOAD`.
    static func bytes(
        _ message: HTTPMessage, query: [FormPair], signedHeaders: [String], bodyHash: some Collection<UInt8>
    ) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(768 + message.query.utf8.count * 2)
        bytes.append(contentsOf: message.method.utf8)
        bytes.append(newline)
        appendPath(message.path, to: &bytes)
        bytes.append(newline)
        appendQuery(query, to: &bytes)
        bytes.append(newline)
        for name in signedHeaders {
            bytes.append(contentsOf: name.utf8)
            bytes.append(UInt8(ascii: ":"))
            appendValues(of: name, in: message, to: &bytes)
            bytes.append(newline)
        }
        bytes.append(newline)
        for (index, name) in signedHeaders.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: ";")) }
            bytes.append(contentsOf: name.utf8)
        }
        bytes.append(newline)
        bytes.append(contentsOf: bodyHash)
        return bytes
    }

    private static let newline = UInt8(ascii: "\n")

    /// Dot segments and empty ones are removed (botocore's `remove_dot_segments`), then what is left is encoded once more.
    static func appendPath(_ path: String, to bytes: inout [UInt8]) {
        if path.isEmpty || path == "/" {
            bytes.append(UInt8(ascii: "/"))
            return
        }
        var kept: [Substring.UTF8View] = []
        for segment in path.utf8.split(separator: UInt8(ascii: "/")) where !segment.elementsEqual(".".utf8) {
            if segment.elementsEqual("..".utf8) {
                _ = kept.popLast()
            } else {
                kept.append(segment)
            }
        }
        if path.utf8.first == UInt8(ascii: "/") { bytes.append(UInt8(ascii: "/")) }
        for (index, segment) in kept.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: "/")) }
            PercentEncoding.append(segment, to: &bytes)
        }
        if path.utf8.last == UInt8(ascii: "/"), !kept.isEmpty { bytes.append(UInt8(ascii: "/")) }
    }

    /// Sorted by encoded name, then by encoded value.
    static func appendQuery(_ query: [FormPair], to bytes: inout [UInt8]) {
        guard !query.isEmpty else { return }
        let encoded = query.map { pair in
            var name: [UInt8] = []
            var value: [UInt8] = []
            PercentEncoding.append(pair.name.utf8, to: &name)
            PercentEncoding.append(pair.value.utf8, to: &value)
            return (name: name, value: value)
        }
        let sorted = encoded.sorted {
            $0.name == $1.name ? $0.value.lexicographicallyPrecedes($1.value) : $0.name.lexicographicallyPrecedes($1.name)
        }
        for (index, pair) in sorted.enumerated() {
            if index > 0 { bytes.append(UInt8(ascii: "&")) }
            bytes.append(contentsOf: pair.name)
            bytes.append(UInt8(ascii: "="))
            bytes.append(contentsOf: pair.value)
        }
    }

    /// The values of every header of that name, each without outer blanks and with runs of inner ones made one, joined by commas.
    static func appendValues(of name: String, in message: HTTPMessage, to bytes: inout [UInt8]) {
        var first = true
        for header in message.headers where header.name == name {
            if !first { bytes.append(UInt8(ascii: ",")) }
            first = false
            var pendingBlank = false
            var wrote = false
            for byte in header.value.utf8 {
                if byte == 0x20 || (0x09...0x0D).contains(byte) {
                    pendingBlank = wrote
                    continue
                }
                if pendingBlank { bytes.append(0x20) }
                (pendingBlank, wrote) = (false, true)
                bytes.append(byte)
            }
        }
    }
}
