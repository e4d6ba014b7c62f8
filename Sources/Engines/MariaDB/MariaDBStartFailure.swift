import Foundation

/// Why a server ended while starting, in its own words.
struct MariaDBStartFailure: Equatable {
    var message: String
    var isConfiguration: Bool

    private static let configurationSigns = [
        "unknown variable", "unknown option", "ambiguous option", "Error while setting value", "option '", "Unknown suffix",
        "Illegal or unknown", "unknown character set", "Fatal error in defaults handling", "is not a valid value",
        "Unknown/unsupported", "illegal time zone", "Fatal error: Illegal",
    ]
    /// These follow from what was said before.
    private static let consequences = ["Aborting", "Failed to initialize plugins.", "Unknown/unsupported storage engine: InnoDB"]
    private static let linesLimit = 8

    /// - Parameter log: what it printed since it was started.
    init(log: String) {
        let lines = log.split(separator: "\n")
        let told = lines.compactMap(Self.error).filter { line in !Self.consequences.contains(line) }
        let kept = told.isEmpty ? lines.suffix(3).map(String.init) : Array(told.prefix(Self.linesLimit))
        message = kept.isEmpty ? "it said nothing" : kept.joined(separator: "; ")
        isConfiguration = told.contains { line in Self.configurationSigns.contains { line.contains($0) } }
    }

    /// The text of an error, without time and program, which say nothing to whoever reads the event; nil for other lines.
    private static func error(_ line: Substring) -> String? {
        if let mark = line.firstRange(of: "[ERROR] ") {
            var text = line[mark.upperBound...]
            if text.hasPrefix("/"), let colon = text.firstRange(of: ": ") { text = text[colon.upperBound...] }
            return String(text)
        }
        for program in ["mariadbd: ", "mysqld: ", "setpriv: ", "nice: "] where line.hasPrefix(program) { return String(line) }
        return nil
    }

    var error: EngineError {
        if message.contains("No space left on device") { return .diskFull(what: message) }
        if message.contains("Cannot allocate memory") { return .outOfMemory(what: message) }
        return .exitedAtStart(message: message, badConfiguration: isConfiguration)
    }
}
