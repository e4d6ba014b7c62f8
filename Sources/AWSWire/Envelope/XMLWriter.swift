/// Writes XML nodes as bytes, into one buffer that is made large enough at the start.
struct XMLWriter {
    private(set) var bytes: [UInt8] = []

    init(capacity: Int) { bytes.reserveCapacity(capacity) }

    /// The children of an element, without the element.
    static func bytes(of nodes: [XMLNode]) -> [UInt8] {
        var writer = XMLWriter(capacity: size(of: nodes))
        writer.write(nodes)
        return writer.bytes
    }

    /// How many bytes the nodes take when nothing in them has to be escaped.
    static func size(of nodes: [XMLNode]) -> Int {
        nodes.reduce(0) { total, node in
            switch node {
            case .text(let name, let text): total + 5 + 2 * name.utf8.count + text.utf8.count
            case .element(let name, let children): total + 5 + 2 * name.utf8.count + size(of: children)
            case .raw(let bytes): total + bytes.count
            }
        }
    }

    mutating func write(_ nodes: [XMLNode]) {
        for node in nodes {
            switch node {
            case .text(let name, let text):
                open(name)
                escape(text)
                close(name)
            case .element(let name, let children):
                open(name)
                write(children)
                close(name)
            case .raw(let raw):
                bytes.append(contentsOf: raw)
            }
        }
    }

    mutating func open(_ name: String, namespace: String? = nil) {
        bytes.append(UInt8(ascii: "<"))
        bytes.append(contentsOf: name.utf8)
        if let namespace {
            bytes.append(contentsOf: " xmlns=\"".utf8)
            escape(namespace)
            bytes.append(UInt8(ascii: "\""))
        }
        bytes.append(UInt8(ascii: ">"))
    }

    mutating func close(_ name: String) {
        bytes.append(contentsOf: "</".utf8)
        bytes.append(contentsOf: name.utf8)
        bytes.append(UInt8(ascii: ">"))
    }

    /// Text between tags. What XML 1.0 (2.2, "Characters") forbids even as a reference becomes U+FFFD: a parser would refuse
    /// the whole document otherwise. A carriage return is written as a reference, or parsers would make it a line feed.
    mutating func escape(_ text: String) {
        var text = text
        text.withUTF8 { utf8 in
            var start = 0
            for index in utf8.indices {
                guard let replacement = Self.replacement(utf8, index) else { continue }
                bytes.append(contentsOf: utf8[start..<index])
                bytes.append(contentsOf: replacement.text.utf8)
                start = index + replacement.length
            }
            bytes.append(contentsOf: utf8[start...])
        }
    }

    /// What stands for the character at `index`, and how many bytes it replaces; nil when it may stay.
    private static func replacement(_ utf8: UnsafeBufferPointer<UInt8>, _ index: Int) -> (text: StaticText, length: Int)? {
        switch utf8[index] {
        case UInt8(ascii: "&"): (.ampersand, 1)
        case UInt8(ascii: "<"): (.less, 1)
        case UInt8(ascii: ">"): (.greater, 1)
        case UInt8(ascii: "\""): (.quote, 1)
        case 0x0D: (.carriageReturn, 1)
        case 0x09, 0x0A: nil
        case 0..<0x20: (.replacementCharacter, 1)
        // U+FFFE and U+FFFF: EF BF BE and EF BF BF. The bytes are valid UTF-8, so two more follow.
        case 0xEF where utf8[index + 1] == 0xBF && utf8[index + 2] >= 0xBE: (.replacementCharacter, 3)
        default: nil
        }
    }

    private enum StaticText: String {
        case ampersand = "&amp;"
        case less = "&lt;"
        case greater = "&gt;"
        case quote = "&quot;"
        case carriageReturn = "&#xD;"
        case replacementCharacter = "\u{FFFD}"

        var utf8: String.UTF8View { rawValue.utf8 }
    }
}

extension XMLNode {
    /// This node as XML, for `raw` caches.
    public var bytes: [UInt8] { XMLWriter.bytes(of: [self]) }
}
