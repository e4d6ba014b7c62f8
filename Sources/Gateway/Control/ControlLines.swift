/// Cuts what arrives on the control socket into lines, and never keeps more than one line may have.
struct ControlLines {
    enum Next: Equatable {
        case line([UInt8])
        /// No whole line yet.
        case none
        /// More bytes than a line may have, and still no end.
        case tooLong
    }

    private let limit: Int
    private var bytes: [UInt8] = []

    init(limit: Int) { self.limit = limit }

    mutating func append(_ new: some Collection<UInt8>) { bytes.append(contentsOf: new) }

    mutating func next() -> Next {
        guard let end = bytes.firstIndex(of: UInt8(ascii: "\n")) else { return bytes.count > limit ? .tooLong : .none }
        guard end <= limit else { return .tooLong }
        defer { bytes.removeFirst(end + 1) }
        return .line(Array(bytes[..<end]))
    }
}
