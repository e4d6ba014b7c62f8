/// The parameters that a server did not take over, and why, as the one text that its facts have room for: entries between
/// U+001E, name and reason between U+001F.
enum RefusedParameters {
    static func text(_ refused: [String: String]) -> String {
        refused.sorted { $0.key < $1.key }.map { "\($0.key)\u{1f}\($0.value)" }.joined(separator: "\u{1e}")
    }

    static func read(_ text: String) -> [String: String] {
        let pairs = text.split(separator: "\u{1e}").map {
            $0.split(separator: "\u{1f}", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
        }
        return Dictionary(pairs.filter { $0.count == 2 }.map { ($0[0], $0[1]) }) { $1 }
    }
}
