internal import Foundation

/// How far something is, on standard error: a bar on a terminal, a line now and then elsewhere. Silent for the first second.
public final class ProgressBar {
    private let label: String
    private let unit: String
    private let total: Int?
    private let isTerminal: Bool
    private let began = ContinuousClock.now
    private var shown: ContinuousClock.Instant?

    /// - Parameter total: nil when it is not known.
    public init(_ label: String, total: Int?, unit: String, isTerminal: Bool) {
        self.label = label
        self.total = total
        self.unit = unit
        self.isTerminal = isTerminal
    }

    public func update(_ done: Int) {
        let now = ContinuousClock.now
        let pause: Duration = shown == nil ? .seconds(1) : isTerminal ? .milliseconds(100) : .seconds(5)
        guard now - (shown ?? began) >= pause else { return }
        shown = now
        let text = Self.line(label, done, of: total, unit, after: now - began)
        write(isTerminal ? "\r\u{1b}[K\(text)" : text + "\n")
    }

    /// Takes the bar away.
    public func finish() {
        if isTerminal, shown != nil { write("\r\u{1b}[K") }
    }

    private func write(_ text: String) { FileHandle.standardError.write(Data(text.utf8)) }

    /// `users  [########            ]  40 %  400,000 rows, 120,000 rows/s, 5 s left`
    static func line(_ label: String, _ done: Int, of total: Int?, _ unit: String, after elapsed: Duration) -> String {
        let seconds = max(0.001, Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18)
        let rate = Double(done) / seconds
        var text = "\(label)  "
        if let total, total > 0 {
            let share = min(1, Double(done) / Double(total))
            let filled = Int(share * 20)
            text += "[\(String(repeating: "#", count: filled))\(String(repeating: " ", count: 20 - filled))] "
            text += "\(String(repeating: " ", count: share < 0.1 ? 2 : share < 1 ? 1 : 0))\(Int(share * 100)) %  "
        }
        text += "\(Figures.spoken(done)) \(unit), \(Figures.spoken(Int(rate))) \(unit)/s"
        if let total, rate > 0, done < total { text += ", \(Int(Double(total - done) / rate) + 1) s left" }
        return text
    }
}

/// Numbers for people.
public enum Figures {
    /// `1,234,567`
    public static func spoken(_ number: Int) -> String {
        let digits = Array(String(number.magnitude))
        var text = number < 0 ? "-" : ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index).isMultiple(of: 3) { text += "," }
            text.append(digit)
        }
        return text
    }

    /// `1.4 MiB`
    public static func size(_ bytes: Int) -> String {
        var value = Double(bytes)
        for unit in ["B", "KiB", "MiB", "GiB"] {
            if value < 1024 { return unit == "B" ? "\(bytes) B" : "\((value * 10).rounded() / 10) \(unit)" }
            value /= 1024
        }
        return "\((value * 10).rounded() / 10) TiB"
    }
}
