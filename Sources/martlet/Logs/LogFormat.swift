public import ArgumentParser
internal import DatabaseURLs
internal import Foundation
public import Logging

/// How log lines are written to standard error.
enum LogFormat: String, ExpressibleByArgument, CaseIterable, Sendable { case text, json }

extension Logger.Level: @retroactive ExpressibleByArgument {}

/// Log lines as one line of text or one JSON object each.
struct LineLogHandler: LogHandler {
    let label: String
    let format: LogFormat
    var metadata: Logger.Metadata = [:]
    var logLevel: Logger.Level

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        let all = metadata.merging(event.metadata ?? [:]) { $1 }.mapValues { "\($0)" }
        let line = LogLine(date: Date(), level: event.level, label: label, message: "\(event.message)", metadata: all)
        let text = format == .json ? line.json : line.text
        FileHandle.standardError.write(Data((text + "\n").utf8))
    }
}

/// What a line says; pure, so that its form can be tested.
struct LogLine: Sendable, Equatable {
    var date: Date
    var level: Logger.Level
    var label: String
    var message: String
    var metadata: [String: String]

    /// `2026-01-02T03:04:05.678Z warning serve: message key=value key="two words"`
    var text: String {
        let pairs = metadata.sorted { $0.key < $1.key }.map { " \($0.key)=\(Self.quoted($0.value))" }.joined()
        return "\(timestamp) \(level.rawValue) \(label): \(Self.oneLine(message))\(pairs)"
    }

    var json: String {
        var object = metadata.mapValues { $0 as String }
        object["ts"] = timestamp
        object["level"] = level.rawValue
        object["logger"] = label
        object["msg"] = message
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let data = try? encoder.encode(object) else { return #"{"level":"error","msg":"a log line could not be encoded"}"# }
        return String(decoding: data, as: UTF8.self)
    }

    private var timestamp: String {
        date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true))
    }

    private static func quoted(_ value: String) -> String {
        let isPlain = !value.isEmpty && value.allSatisfy { !$0.isWhitespace && $0 != "\"" && $0 != "=" && !$0.isNewline }
        return isPlain ? value : "\"" + EscapedText.backslashing("\"", in: oneLine(value)) + "\""
    }

    private static func oneLine(_ text: String) -> String {
        EscapedText.replacing("\n\r", in: text) { $0 == "\n" ? "\\n" : "\\r" }
    }
}
