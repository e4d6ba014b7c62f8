public import Foundation

/// A `.env` file: `NAME=VALUE` lines, with or without `export` and quotes. Nothing in it is executed or expanded.
public enum DotEnv {
    public struct Mistake: Error, Equatable, CustomStringConvertible {
        public var line: Int
        public var description: String { ".env, line \(line): NAME=VALUE is expected." }
    }

    /// The environment, with what `.env` in the working directory adds to it. What is set already stays.
    public static func environment(
        _ own: [String: String] = ProcessInfo.processInfo.environment,
        directory: String = FileManager.default.currentDirectoryPath
    ) throws -> [String: String] {
        guard let data = FileManager.default.contents(atPath: directory + "/.env") else { return own }
        return try parse(String(decoding: data, as: UTF8.self)).merging(own) { _, own in own }
    }

    public static func parse(_ text: String) throws(Mistake) -> [String: String] {
        var values: [String: String] = [:]
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            var words = line.trimmingCharacters(in: .whitespaces)
            if words.isEmpty || words.hasPrefix("#") { continue }
            if words.hasPrefix("export ") { words = String(words.dropFirst(7)) }
            guard let sign = words.firstIndex(of: "="), isName(words[..<sign]) else { throw Mistake(line: number + 1) }
            values[String(words[..<sign])] = unquoted(words[words.index(after: sign)...])
        }
        return values
    }

    private static func isName(_ name: Substring) -> Bool {
        !name.isEmpty && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
    }

    private static func unquoted(_ value: Substring) -> String {
        if let mark = value.first, mark == "'" || mark == "\"", value.count > 1, value.last == mark {
            return String(value.dropFirst().dropLast())
        }
        return value.trimmingCharacters(in: .whitespaces)
    }
}
