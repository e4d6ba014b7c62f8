internal import AWSWire
internal import Resources

/// Which logs are to be exported to CloudWatch Logs: kept and shown, until that is served.
struct LogExports: Sendable, Equatable {
    static let note =
        "Until CloudWatch Logs is served: names are checked, kept and shown. DownloadDBLogFilePortion reads the logs."

    let enabled: [String]
    let disabled: [String]

    /// EnableCloudwatchLogsExports of CreateDBInstance, CloudwatchLogsExportConfiguration of ModifyDBInstance.
    init(_ request: Request, _ engine: EngineTraits) throws {
        let change = request.call.parameters["CloudwatchLogsExportConfiguration"]
        let onCreation = request.call.parameters["EnableCloudwatchLogsExports"]
        enabled = try Self.types(change?["EnableLogTypes"] ?? onCreation, engine)
        disabled = try Self.types(change?["DisableLogTypes"], engine)
        if let both = enabled.first(where: disabled.contains) {
            throw Fault.invalidParameterCombination("The log type \(both) cannot be enabled and disabled at the same time.")
        }
    }

    private static func types(_ list: Parameters?, _ engine: EngineTraits) throws -> [String] {
        let asked = (list?.elements ?? []).map { $0.text ?? "" }
        if let unknown = asked.first(where: { !engine.logTypes.contains($0) }) {
            throw Fault.invalidParameterCombination(
                "You cannot use the log types '\(unknown.prefix(64))' with engine \(engine.name). "
                    + "It has: \(engine.logTypes.joined(separator: ", ")).")
        }
        return asked
    }

    func applied(to former: [String]?) -> [String]? {
        let wanted = Set(former ?? []).union(enabled).subtracting(disabled)
        return wanted.isEmpty ? nil : wanted.sorted()
    }
}
