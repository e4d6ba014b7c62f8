/// What makes two reads the same.
struct SharedRead: Sendable, Hashable {
    enum Question: Sendable, Hashable { case rows, columns }

    private enum Value: Sendable, Hashable {
        case text(ExactText)
        /// Zero is not minus zero, and what is no number is itself.
        case double(UInt64)
        case other(SQLValue)
    }

    private let text: ExactText
    private let values: [Value]
    private let question: Question
    private let consistency: ReadConsistency

    init(_ statement: RenderedSQL, _ question: Question, _ consistency: ReadConsistency) {
        text = ExactText(statement.text)
        values = statement.values.map { value in
            switch value {
            case .text(let text): .text(ExactText(text))
            case .double(let number): .double(number.bitPattern)
            default: .other(value)
            }
        }
        self.question = question
        self.consistency = consistency
    }
}
