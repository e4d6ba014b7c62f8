internal import Foundation

/// Prints portions of logs as they come, as they are or line by line as JSON.
struct LogPrinter {
    struct Line: Codable, Equatable {
        var file: String
        var line: String
    }

    let asJSON: Bool
    /// The beginning of a line whose end has not come yet.
    private var open = Line(file: "", line: "")

    init(asJSON: Bool) { self.asJSON = asJSON }

    mutating func print(_ text: String, of file: String) {
        guard asJSON else { return write(Data(text.utf8)) }
        for line in complete(text, of: file) { write(line) }
    }

    /// Prints what is left of a last line without an end.
    mutating func finish() {
        if asJSON, !open.line.isEmpty { write(open) }
        open.line = ""
    }

    /// The lines that end in this text.
    mutating func complete(_ text: String, of file: String) -> [Line] {
        var lines: [Line] = []
        if open.file != file, !open.line.isEmpty { lines.append(open) }
        let begun = open.file == file ? open.line : ""
        var parts = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        parts[0] = begun + parts[0]
        open = Line(file: file, line: parts.removeLast())
        return lines + parts.map { Line(file: file, line: $0) }
    }

    private func write(_ line: Line) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do { write(try encoder.encode(line) + Data("\n".utf8)) } catch {
            preconditionFailure("two texts can always be encoded: \(error)")
        }
    }

    private func write(_ data: Data) { FileHandle.standardOutput.write(data) }
}
