/// Text as a server sees it: other bytes are another text.
///
/// Swift's strings are equal when they look the same, whichever way "é" is written; to a server that compares bytes they are two.
struct ExactText: Sendable, Hashable {
    private let text: String

    init(_ text: String) {
        var text = text
        text.makeContiguousUTF8()
        self.text = text
    }

    private func withBytes<Value>(_ body: (UnsafeRawBufferPointer) -> Value) -> Value {
        var text = text
        return text.withUTF8 { body(UnsafeRawBufferPointer($0)) }
    }

    static func == (a: ExactText, b: ExactText) -> Bool { a.withBytes { a in b.withBytes { a.elementsEqual($0) } } }

    func hash(into hasher: inout Hasher) {
        withBytes {
            hasher.combine(bytes: $0)
            hasher.combine($0.count)
        }
    }
}
