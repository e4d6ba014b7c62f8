internal import AWSWire
internal import Resources

/// A portion of a log file: up to 1 MB, up to so many lines; from the end, from the beginning, or from where another ended.
enum DownloadDBLogFilePortion: Operation {
    static let action = "DownloadDBLogFilePortion"
    static let note =
        "Portions put together are the file, byte for byte; what is no UTF-8, and what XML cannot carry, reads as U+FFFD."
    static let parameters: [ParameterRule] = [
        .works("DBInstanceIdentifier", "A name or an ARN."), .works("LogFileName"),
        .works("Marker", "0 for the beginning of the file, or one of a former answer; without it the end of the file."),
        .works("NumberOfLines", "10,000 at most, as many without it."),
    ]

    static func run(_ request: Request) async throws -> Answer {
        let marker = try request.string("Marker")
        let lines = try lines(request)
        let name = try request.required("LogFileName")
        let instance = try request.instance(request.instanceIdentifier())
        let reader = LogReader(shelf: request.context.logs, instance: instance, name: name)
        let portion: LogReader.Portion
        switch marker {
        case nil: portion = try await reader.tail(lines: lines)
        case "0"?: portion = try await reader.first(lines: lines)
        case let marker?: portion = try await reader.next(after: LogMarker(marker), lines: lines)
        }
        return .xml([
            .text("LogFileData", String(decoding: portion.bytes, as: UTF8.self)), .text("Marker", portion.marker.text),
            .text("AdditionalDataPending", portion.isMore),
        ])
    }

    private static func lines(_ request: Request) throws -> Int {
        guard let asked = try request.integer("NumberOfLines") else { return LogCut.lineLimit }
        guard asked > 0 else { throw request.malformed("NumberOfLines", "must be at least 1; it is \(asked)") }
        return min(asked, LogCut.lineLimit)
    }
}
