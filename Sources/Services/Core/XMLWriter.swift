/// Writes XML text straight into bytes, for the answers that are rendered often.
struct XMLWriter {
    private(set) var bytes: [UInt8] = []

    init(capacity: Int = 4096) { bytes.reserveCapacity(capacity) }

    mutating func element(_ name: String, _ children: (inout XMLWriter) -> Void) {
        tag("<", name)
        children(&self)
        tag("</", name)
    }

    /// An element with text; nothing at all for nil.
    mutating func text(_ name: String, _ value: String?) {
        guard let value else { return }
        tag("<", name)
        escape(value)
        tag("</", name)
    }

    mutating func text(_ name: String, _ value: Int?) { text(name, value.map(String.init)) }

    mutating func text(_ name: String, _ value: Bool) { text(name, value ? "true" : "false") }

    mutating func raw(_ other: [UInt8]) { bytes.append(contentsOf: other) }

    private mutating func tag(_ opening: String, _ name: String) {
        bytes.append(contentsOf: opening.utf8)
        bytes.append(contentsOf: name.utf8)
        bytes.append(UInt8(ascii: ">"))
    }

    private mutating func escape(_ value: String) {
        for byte in value.utf8 {
            switch byte {
            case UInt8(ascii: "&"): bytes.append(contentsOf: "&amp;".utf8)
            case UInt8(ascii: "<"): bytes.append(contentsOf: "&lt;".utf8)
            case UInt8(ascii: ">"): bytes.append(contentsOf: "&gt;".utf8)
            case 0x0d: bytes.append(contentsOf: "&#13;".utf8)
            default: bytes.append(byte)
            }
        }
    }
}
