internal import ArgumentParser
internal import Logging

struct LogOptions: ParsableArguments {
    @Option(help: "How log lines are written to standard error: text or json.")
    var logFormat: LogFormat = .text

    @Option(help: "The least level that is logged: trace, debug, info, notice, warning, error or critical.")
    var logLevel: Logger.Level = .info

    func logger(_ label: String) -> Logger {
        Logger(label: label) { [logFormat, logLevel] label in
            LineLogHandler(label: label, format: logFormat, logLevel: logLevel)
        }
    }
}
