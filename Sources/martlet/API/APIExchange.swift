import AWSWire
import Logging

/// One request and what was answered, as the log tells it.
struct APIExchange {
    var answer: HTTPAnswer
    /// As far as the request got: of a refused one only the service may be known, and that not for sure.
    var service: AWSService?
    var action: String?
    var region: String?
    /// The error's code.
    var code: String?

    /// Successful reads, which clients repeat every few seconds while they wait, and pages are for debugging; what changes
    /// something or is refused is worth a line.
    var level: Logger.Level {
        switch answer.status {
        case 500: .error
        case 400...: service == nil && code == nil ? .debug : .info
        default: (action ?? "Get").hasReadVerb ? .debug : .info
        }
    }

    /// Neither headers nor query nor body are told: they may hold secrets.
    func log(_ message: HTTPMessage, took duration: Duration, to logger: Logger) {
        guard level >= logger.logLevel else { return }
        let (seconds, attoseconds) = duration.components
        var metadata: Logger.Metadata = [
            "method": "\(message.method)", "status": "\(answer.status)", "request-id": "\(answer.requestID)",
            "ms": "\(seconds * 1000 + attoseconds / 1_000_000_000_000_000)",
        ]
        if let service { metadata["service"] = "\(service.rawValue)" }
        if let action { metadata["action"] = "\(action)" }
        if let region { metadata["region"] = "\(region)" }
        if let code { metadata["code"] = "\(code)" }
        logger.log(level: level, "request", metadata: metadata)
    }
}

extension String {
    /// `DescribeDBInstances`, `GetSecretValue`, `ListSecrets`
    fileprivate var hasReadVerb: Bool { hasPrefix("Describe") || hasPrefix("Get") || hasPrefix("List") }
}
