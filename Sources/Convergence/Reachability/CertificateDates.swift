public import Foundation

/// When a certificate in PEM ends (RFC 5280, 4.1.2.5), read without trusting anything else in it.
public enum CertificateDates {
    public enum Problem: Error, Sendable, Equatable { case notPEM, notACertificate }

    /// The end of the first certificate of a PEM file.
    ///
    /// - Throws: `Problem`.
    public static func notAfter(pem: String) throws -> Date {
        guard let start = pem.range(of: "-----BEGIN CERTIFICATE-----"),
            let end = pem.range(of: "-----END CERTIFICATE-----", range: start.upperBound..<pem.endIndex),
            let der = Data(base64Encoded: pem[start.upperBound..<end.lowerBound].filter { !$0.isWhitespace })
        else { throw Problem.notPEM }
        // Certificate, TBSCertificate; version [0], serial number, signature, issuer, validity.
        var file = Reader(Array(der))
        var certificate = try file.inside(0x30)
        var body = try certificate.inside(0x30)
        if body.tag == 0xa0 { try body.skip() }
        for _ in 0..<3 { try body.skip() }
        var validity = try body.inside(0x30)
        try validity.skip()
        return try validity.time()
    }

    /// Walks the elements of one DER sequence.
    private struct Reader {
        private var bytes: ArraySlice<UInt8>

        init(_ bytes: [UInt8]) { self.bytes = bytes[...] }
        private init(_ bytes: ArraySlice<UInt8>) { self.bytes = bytes }

        var tag: UInt8? { bytes.first }

        mutating func skip() throws { _ = try element() }

        mutating func inside(_ tag: UInt8) throws -> Reader {
            let found = try element()
            guard found.tag == tag else { throw Problem.notACertificate }
            return Reader(found.content)
        }

        mutating func time() throws -> Date {
            let found = try element()
            var digits = String(decoding: found.content, as: UTF8.self)
            // UTCTime has two digits of the year: from 50 on they are of the twentieth century.
            if found.tag == 0x17 { digits = ((Int(digits.prefix(2)) ?? 0) >= 50 ? "19" : "20") + digits }
            guard [0x17, 0x18].contains(found.tag), digits.count == 15, digits.hasSuffix("Z") else {
                throw Problem.notACertificate
            }
            let parts = [0..<4, 4..<6, 6..<8, 8..<10, 10..<12, 12..<14].map { Int(String(Array(digits)[$0])) }
            let components = DateComponents(
                calendar: Calendar(identifier: .gregorian), timeZone: TimeZone(identifier: "UTC"), year: parts[0],
                month: parts[1],
                day: parts[2], hour: parts[3], minute: parts[4], second: parts[5])
            guard parts.allSatisfy({ $0 != nil }), let date = components.date else { throw Problem.notACertificate }
            return date
        }

        private mutating func element() throws -> (tag: UInt8, content: ArraySlice<UInt8>) {
            guard let tag = bytes.popFirst(), let first = bytes.popFirst() else { throw Problem.notACertificate }
            var length = Int(first)
            if first >= 0x80 {
                guard (1...4).contains(first & 0x7f) else { throw Problem.notACertificate }
                length = 0
                for _ in 0..<(first & 0x7f) {
                    guard let byte = bytes.popFirst() else { throw Problem.notACertificate }
                    length = length << 8 | Int(byte)
                }
            }
            guard length <= bytes.count else { throw Problem.notACertificate }
            defer { bytes = bytes.dropFirst(length) }
            return (tag, bytes.prefix(length))
        }
    }
}
