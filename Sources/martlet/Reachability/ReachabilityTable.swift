internal import Convergence

/// The explanation as text for people.
enum ReachabilityTable {
    static func render(_ finding: Reachability) -> String {
        var lines = ["\(finding.endpoint) from \(finding.from ?? "an unknown address")", ""]
        for layer in finding.layers {
            let name = layer.layer.rawValue
            lines.append(
                "\(layer.passes ? "ok  " : "NO  ")\(name)\(String(repeating: " ", count: 10 - name.count))\(layer.finding)")
            if let advice = layer.advice { lines.append(String(repeating: " ", count: 14) + "→ \(advice)") }
        }
        let first = finding.layers.first { !$0.passes }?.layer.rawValue
        return (lines + ["", finding.reachable ? "Reachable." : "Not reachable: \(first ?? "")."]).joined(separator: "\n")
    }
}
