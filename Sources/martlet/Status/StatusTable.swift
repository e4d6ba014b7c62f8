internal import Resources

/// The status as text for people: pure, so that its form can be tested.
enum StatusTable {
    static func render(_ report: StatusReport, colour: Bool) -> String {
        var lines = [
            "Martlet on \(report.dataDirectory), account \(report.account)",
            report.controlPlane.map { "Control plane  running, process \($0.processID), \($0.url)" }
                ?? "Control plane  not running (databases and gateway go on without it)",
            report.gateway.map {
                "Gateway        running, process \($0.processID), \($0.listeners) endpoints, \($0.connections) clients"
                    + ($0.relay.map { ", \($0)" } ?? "")
            } ?? "Gateway        not running",
            "Engines        \(report.engines.isEmpty ? "none found" : report.engines.joined(separator: ", "))",
        ]
        if let volumes = report.volumes { lines.append("Volumes        \(volumes)") }
        if let limits = report.limits { lines.append("Limits         \(limits)") }
        lines.append("")
        lines += report.instances.isEmpty ? ["No DB instances."] : table(report.instances, colour: colour)
        for instance in report.instances {
            if let note = instance.note { lines.append("\(instance.identifier): \(note)") }
            if let limits = instance.limits { lines.append("\(instance.identifier): limited to \(limits)") }
            if let line = parameters(of: instance) { lines.append("\(instance.identifier): \(line)") }
        }
        lines += report.attention.map { "! \($0)" }
        return lines.joined(separator: "\n")
    }

    /// The group, where the server does not run with all of it; the default group only then.
    private static func parameters(of instance: StatusReport.Instance) -> String? {
        guard let status = instance.parameterStatus else { return nil }
        if status == ParameterApplyStatus.inSync.rawValue { return instance.parameterGroup.map { "parameter group \($0)" } }
        let hint = status == ParameterApplyStatus.pendingReboot.rawValue ? " (reboot-db-instance brings it into force)" : ""
        return "parameter group \(instance.parameterGroup ?? "of the family") is \(status)\(hint)"
    }

    private static func table(_ instances: [StatusReport.Instance], colour: Bool) -> [String] {
        let header = ["INSTANCE", "REGION", "STATUS", "ENGINE", "CLASS", "VOLUME", "ENDPOINT", "PID", "CLIENTS"]
        let rows = instances.map { instance in
            [
                instance.identifier, instance.region, instance.status, "\(instance.engine) \(instance.engineVersion)",
                instance.instanceClass, instance.volume ?? "-", instance.endpoint ?? "-",
                instance.processID.map(String.init) ?? "-",
                String(instance.connections),
            ]
        }
        let widths = header.indices.map { column in ([header] + rows).map { $0[column].count }.max() ?? 0 }
        return ([header] + rows).enumerated().map { index, row in
            row.indices.map { column in
                let isLast = column == row.count - 1
                let text = isLast ? row[column] : row[column].padded(to: widths[column])
                return index > 0 && column == 2 && colour ? tinted(text, row[2]) : text
            }.joined(separator: "  ")
        }
    }

    private static func tinted(_ text: String, _ status: String) -> String {
        let code =
            switch status {
            case "available": "32"
            case "failed", "storage-full": "31"
            case let other where other.hasPrefix("incompatible") || other.hasPrefix("insufficient"): "31"
            case "stopped": "2"
            default: "33"
            }
        return "\u{1b}[\(code)m\(text)\u{1b}[0m"
    }
}

extension String {
    fileprivate func padded(to width: Int) -> String {
        count < width ? self + String(repeating: " ", count: width - count) : self
    }
}
