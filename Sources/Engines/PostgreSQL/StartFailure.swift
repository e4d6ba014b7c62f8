/// Why a server ended while starting, in its own words.
struct StartFailure: Equatable {
    var message: String
    var isConfiguration: Bool

    /// Lines of these severities say why; the ones after them explain.
    private static let grave = ["FATAL:", "PANIC:"]
    private static let notable = ["FATAL:", "PANIC:", "ERROR:", "WARNING:", "DETAIL:", "HINT:", "setpriv:", "nice:"]
    private static let configurationSigns = [
        "configuration file", "invalid value for parameter", "unrecognized configuration parameter", "syntax error in file",
        "is outside the valid range", "requires a numeric value", "requires a Boolean value", "could not access file",
        "must be less than", "cannot be enabled when", "requires wal_level", "could not load library",
    ]
    /// What the postmaster says of its settings before it has a log.
    private static let earlyComplaint = "postgres: "
    private static let linesLimit = 8

    /// - Parameter log: what it printed since it was started.
    init(log: String) {
        let lines = log.split(separator: "\n").map(Self.withoutPrefix)
        // Complaints about settings come as LOG lines before the FATAL one that gives up.
        let complaints = lines.filter { line in line.hasPrefix("LOG:") && Self.configurationSigns.contains { line.contains($0) } }
        let told = lines.filter { line in Self.notable.contains { line.hasPrefix($0) } }
        let early = lines.filter { $0.hasPrefix(Self.earlyComplaint) }
        let chosen = complaints + early + told
        let kept = chosen.isEmpty ? Array(lines.suffix(3)) : Array(chosen.suffix(Self.linesLimit))
        message = kept.isEmpty ? "it said nothing" : kept.joined(separator: "; ")
        let graveLines = lines.filter { line in Self.grave.contains { line.hasPrefix($0) } }
        isConfiguration = !early.isEmpty || graveLines.contains { line in Self.configurationSigns.contains { line.contains($0) } }
    }

    /// Without time and process, which say nothing to whoever reads the event.
    private static func withoutPrefix(_ line: Substring) -> String {
        for severity in notable + ["LOG:"] {
            if let found = line.firstRange(of: severity) {
                let rest = line[found.upperBound...].drop { $0 == " " }
                return "\(severity) \(rest)"
            }
        }
        return String(line)
    }

    var error: EngineError {
        if message.contains("No space left on device") { return .diskFull(what: message) }
        if message.contains("Cannot allocate memory") { return .outOfMemory(what: message) }
        return .exitedAtStart(message: message, badConfiguration: isConfiguration)
    }
}
