internal import Foundation

/// Tells on standard error how far a clone is: each step once, percents where somebody looks.
final class CloneProgress {
    private let isTerminal = isatty(STDERR_FILENO) == 1
    private var last = ""

    func tell(_ step: String, percent: Int? = nil) {
        let text = percent.map { "\(step): \($0) %" } ?? step
        guard text != last, isTerminal || !last.hasPrefix(step) else { return }
        last = text
        FileHandle.standardError.write(Data("\(text)\n".utf8))
    }
}
