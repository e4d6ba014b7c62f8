internal import AWSWire

/// docs/compatibility.md, written from the tables that decide what is accepted.
public enum CompatibilityReport {
    public static func markdown() -> String {
        let services: [(title: String, table: OperationTable)] = [
            ("Amazon RDS", RDSService.table), ("Amazon EC2", EC2Service.table), ("AWS STS", STSService.table),
            ("AWS Secrets Manager", SecretsManagerService.table), ("AWS KMS", KMSService.table),
        ]
        return ([introduction] + services.map { section($0.title, $0.table) }).joined(separator: "\n") + "\n"
    }

    private static let introduction = """
        # Compatibility

        Generated from the code (`CompatibilityReport`), and compared with it by a test: do not edit.

        A parameter *works* when it changes what really runs or what is answered. It is *recorded only* while it is checked,
        stored and returned but has no effect yet; the note says until when. It is *refused* otherwise: the request fails,
        nothing changes, and the error says why and what to do. A parameter that AWS does not have is refused by name.
        An action that AWS has and Martlet does not answers `NotImplemented` with status 501.

        """

    private static func section(_ title: String, _ table: OperationTable) -> String {
        let built = table.entries.keys.sorted()
        let missing = table.known.subtracting(built).sorted()
        var lines = ["## \(title)", ""]
        lines.append("\(built.count) of \(table.known.count) actions.")
        lines.append("")
        for action in built {
            guard let entry = table.entries[action] else { continue }
            lines += operation(entry.operation)
        }
        if !missing.isEmpty {
            lines += ["### Not implemented yet", "", missing.map { "`\($0)`" }.joined(separator: " "), ""]
        }
        return lines.joined(separator: "\n")
    }

    private static func operation(_ operation: any Operation.Type) -> [String] {
        var lines = ["### \(operation.action)", ""]
        if !operation.note.isEmpty { lines += [operation.note, ""] }
        guard !operation.parameters.isEmpty else { return lines + ["No parameters.", ""] }
        lines += ["| Parameter | | Note |", "|---|---|---|"]
        lines += operation.parameters.map { "| `\($0.name)` | \(word($0.support)) | \(note($0)) |" }
        return lines + [""]
    }

    private static func word(_ support: ParameterRule.Support) -> String {
        switch support {
        case .works: "works"
        case .recorded: "recorded only"
        case .refused: "refused"
        }
    }

    private static func note(_ rule: ParameterRule) -> String {
        let sentence = rule.note.prefix(1).uppercased() + rule.note.dropFirst()
        guard case .refused(let harmless) = rule.support, !harmless.isEmpty else { return sentence }
        return sentence + " Accepted: " + harmless.map { "`\($0)`" }.joined(separator: ", ") + "."
    }
}
