/// Statements that begin and end transactions; a file that is run as one transaction cannot have its own.
enum TransactionWord: Equatable {
    case begin
    case commit
    case rollback

    /// Nil for every other statement.
    init?(_ statement: Statement) {
        let words = statement.words(3)
        switch (words.first, words.dropFirst().first) {
        case ("BEGIN", _), ("START", "TRANSACTION"): self = .begin
        case ("COMMIT", nil), ("COMMIT", "WORK"), ("COMMIT", "TRANSACTION"), ("COMMIT", "AND"), ("END", _): self = .commit
        case ("ROLLBACK", let next) where next != "TO" && next != "PREPARED" && words.last != "TO": self = .rollback
        case ("ABORT", _): self = .rollback
        default: return nil
        }
    }
}
