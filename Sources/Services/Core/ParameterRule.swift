/// What an operation does with one of its parameters. The first law: no flag without an effect, so whatever is neither put to
/// work nor kept for later is refused.
struct ParameterRule: Sendable, Equatable {
    enum Support: Sendable, Equatable {
        /// Changes what really runs, or what is answered.
        case works
        /// Checked, stored and returned, with no effect yet; the note says until when.
        case recorded
        /// Refused unless empty or one of these values, which ask for what is the case anyway.
        case refused(unless: [String])
    }

    var name: String
    var support: Support
    /// For `refused`: why, and what to do instead.
    var note: String

    static func works(_ name: String, _ note: String = "") -> ParameterRule {
        ParameterRule(name: name, support: .works, note: note)
    }

    static func recorded(_ name: String, _ note: String) -> ParameterRule {
        ParameterRule(name: name, support: .recorded, note: note)
    }

    static func refused(_ name: String, _ note: String, unless harmless: [String] = []) -> ParameterRule {
        ParameterRule(name: name, support: .refused(unless: harmless), note: note)
    }
}
