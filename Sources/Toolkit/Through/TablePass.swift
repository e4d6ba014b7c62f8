/// One reading of a table, and what it does about rows that must come after others of the same table. A value.
///
/// The first reading sends a row as soon as the one that it refers to was answered. What is left then waits for rows that are
/// not there, for some of a ring, or had no room in memory; further readings tell which. Each of them decides at least one row,
/// or the next one is the last.
struct TablePass {
    private enum Kind {
        case first
        /// With the keys that were left waiting by the reading before; there are no others.
        case again(Set<String>)
        /// With the keys of which none can come before the others.
        case last(Set<String>)
    }

    enum Step: Equatable {
        case go
        case wait(for: String)
        /// That parent waits for this row, or for one that waits for itself.
        case ring(parent: String)
    }

    private let kind: Kind
    private let limitBytes: Int
    var waiting: WaitingRows
    /// Rows that this reading decided.
    var decided = 0

    init(limitBytes: Int) { self.init(.first, limitBytes) }

    private init(_ kind: Kind, _ limitBytes: Int) {
        self.kind = kind
        self.limitBytes = limitBytes
        waiting = WaitingRows(limitBytes: limitBytes)
    }

    var isFirst: Bool { if case .first = kind { true } else { false } }

    /// - Parameter isDecided: whether the row with that key was taken or refused.
    func step(_ parents: [String], isDecided: (String) -> Bool) -> Step {
        switch kind {
        case .first: parents.first { !isDecided($0) }.map { .wait(for: $0) } ?? .go
        case .again(let left): parents.first { left.contains($0) && !isDecided($0) }.map { .wait(for: $0) } ?? .go
        // Those of a ring that this reading refused already are still in it.
        case .last(let left): parents.first { left.contains($0) }.map { .ring(parent: $0) } ?? .go
        }
    }

    /// The reading after this one; nil when every row is decided.
    func next() -> TablePass? {
        guard !waiting.keys.isEmpty else { return nil }
        switch kind {
        case .first: return TablePass(.again(waiting.keys), limitBytes)
        case .again: return TablePass(decided > 0 ? .again(waiting.keys) : .last(waiting.keys), limitBytes)
        case .last: return nil
        }
    }
}
