internal import Foundation
internal import Toolkit

/// What is said to people and asked of them.
enum DBTerminal {
    static var hasColour: Bool { isatty(STDOUT_FILENO) == 1 && ProcessInfo.processInfo.environment["NO_COLOR"] == nil }
    static var isInteractive: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1 }

    /// The notes' heading, in their cyan: `== db-schema-load`.
    static func label(_ text: String, level: Int = 2) {
        let line = "\(String(repeating: "=", count: level)) \(text)"
        say(hasColour ? "\u{1b}[1;36m\(line)\u{1b}[0m" : line)
    }

    /// To standard output, at once: it must not change places with what goes to standard error.
    static func say(_ text: String) { FileHandle.standardOutput.write(Data((text + "\n").utf8)) }

    static func warn(_ text: String) { FileHandle.standardError.write(Data((text + "\n").utf8)) }

    static func show(_ event: LoadEvent) {
        for line in event.lines {
            if case .notice = event { warn(line) } else { say(line) }
        }
    }

    static func progress(_ label: String, total: Int?, unit: String) -> ProgressBar {
        ProgressBar(label, total: total, unit: unit, isTerminal: isatty(STDERR_FILENO) == 1)
    }

    /// Asks as the decision says.
    ///
    /// - Throws: `ToolkitError` when it must not go on.
    static func confirm(_ confirmation: Confirmation, _ question: String) throws {
        let prompt: String
        switch confirmation {
        case .goOn: return
        case .refuse(let reason): throw ToolkitError(reason)
        case .ask: prompt = "\(question) Type yes to go on: "
        case .askFor(let name): prompt = "\(question) It is not on this machine: type its name (\(name)) to go on: "
        }
        FileHandle.standardError.write(Data(prompt.utf8))
        guard confirmation.accepts(readLine(strippingNewline: true)) else {
            throw ToolkitError("not confirmed: nothing was changed")
        }
    }

    /// Reads a password without showing it; nil without a terminal.
    static func password(_ prompt: String) -> String? {
        let terminal = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY)
        guard terminal >= 0 else { return nil }
        defer { close(terminal) }
        var before = termios()
        guard tcgetattr(terminal, &before) == 0 else { return nil }
        var silent = before
        silent.c_lflag &= ~tcflag_t(ECHO)
        tcsetattr(terminal, TCSAFLUSH, &silent)
        defer { tcsetattr(terminal, TCSAFLUSH, &before) }
        let handle = FileHandle(fileDescriptor: terminal)
        handle.write(Data(prompt.utf8))
        var line: [UInt8] = []
        var byte: UInt8 = 0
        while read(terminal, &byte, 1) == 1, byte != 10, line.count < 4096 { line.append(byte) }
        handle.write(Data("\n".utf8))
        return String(decoding: line, as: UTF8.self)
    }
}
