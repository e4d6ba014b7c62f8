/// Hexadecimal and percent encoding, bytes to bytes.
enum Hex {
    static let lower = Array("0123456789abcdef".utf8)
    static let upper = Array("0123456789ABCDEF".utf8)

    /// Lower-case digits of some bytes.
    static func encode(_ bytes: some Sequence<UInt8>) -> [UInt8] {
        var digits: [UInt8] = []
        digits.reserveCapacity(64)
        for byte in bytes {
            digits.append(lower[Int(byte >> 4)])
            digits.append(lower[Int(byte & 15)])
        }
        return digits
    }

    /// The value of one digit of either case.
    static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 0x30...0x39: digit - 0x30
        case 0x41...0x46: digit - 0x37
        case 0x61...0x66: digit - 0x57
        default: nil
        }
    }
}

/// Percent encoding as Signature Version 4 asks for it: all but `A-Z a-z 0-9 - . _ ~` becomes `%XX`, upper-case.
enum PercentEncoding {
    static func isUnreserved(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: true
        default: false
        }
    }

    /// - Parameter slash: also leave `/` as it is, as in a path.
    static func append(_ text: some Sequence<UInt8>, to bytes: inout [UInt8], keepingSlash slash: Bool = false) {
        for byte in text {
            if isUnreserved(byte) || (slash && byte == UInt8(ascii: "/")) {
                bytes.append(byte)
            } else {
                bytes.append(UInt8(ascii: "%"))
                bytes.append(Hex.upper[Int(byte >> 4)])
                bytes.append(Hex.upper[Int(byte & 15)])
            }
        }
    }

    static func encode(_ text: String) -> String {
        var bytes: [UInt8] = []
        append(text.utf8, to: &bytes)
        return String(decoding: bytes, as: UTF8.self)
    }
}
