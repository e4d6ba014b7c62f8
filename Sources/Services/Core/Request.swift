internal import AWSWire
internal import Foundation
internal import Resources

/// A request on its way through an operation: typed access to its parameters, and the context.
///
/// An empty scalar counts as absent: AWS's clients send an empty list as an empty text.
struct Request: Sendable {
    var call: ServiceCall
    var context: ServiceContext

    var region: String { call.region }

    func string(_ name: String) throws -> String? {
        guard let value = call.parameters[name] else { return nil }
        guard let text = value.text else { throw malformed(name, "must be a single value, not a list or a structure") }
        return text.isEmpty ? nil : text
    }

    func required(_ name: String) throws -> String {
        guard let text = try string(name) else {
            throw missing(name)
        }
        return text
    }

    func integer(_ name: String) throws -> Int? {
        guard let text = try string(name) else { return nil }
        guard let number = Int(text) else { throw malformed(name, "must be an integer; it is \(quoted(text))") }
        return number
    }

    func boolean(_ name: String) throws -> Bool? {
        guard let text = try string(name) else { return nil }
        switch text.lowercased() {
        case "true": return true
        case "false": return false
        default: throw malformed(name, "must be true or false; it is \(quoted(text))")
        }
    }

    /// A date as AWS's clients send it: `2025-11-20T23:00:00Z`, with or without fractions of a second, or without a zone (UTC).
    func date(_ name: String) throws -> Date? {
        guard let text = try string(name) else { return nil }
        guard let date = Timestamp.parse(text) else {
            throw malformed(name, "must be a date as in 2025-11-20T23:00Z; it is \(quoted(text))")
        }
        return date
    }

    /// Nil when the parameter is absent; an empty list when it was given as one.
    func strings(_ name: String) throws -> [String]? {
        guard let value = call.parameters[name] else { return nil }
        return try value.elements.map { element in
            guard let text = element.text else { throw malformed(name, "must be a list of texts") }
            return text
        }
    }

    func malformed(_ name: String, _ how: String) -> Fault {
        Fault(call.service.invalidValueCode, "The parameter \(name) \(how).")
    }

    func missing(_ name: String) -> Fault {
        Fault(call.service.missingParameterCode, "The request must contain the parameter \(name).")
    }

    /// What a client sent, cut to a length that is fit for an error message.
    func quoted(_ text: String) -> String { text.count > 80 ? "\(text.prefix(80))…" : text }
}

extension AWSService {
    var invalidValueCode: String {
        switch self {
        case .secretsmanager: "InvalidParameterException"
        case .kms: "ValidationException"
        case .rds, .ec2, .sts: "InvalidParameterValue"
        }
    }

    var missingParameterCode: String {
        switch self {
        case .secretsmanager: "InvalidParameterException"
        case .kms: "ValidationException"
        case .rds, .ec2, .sts: "MissingParameter"
        }
    }

    var unknownParameterCode: String {
        switch self {
        case .ec2: "UnknownParameter"
        case .rds, .sts: "ValidationError"
        case .secretsmanager: "InvalidParameterException"
        case .kms: "ValidationException"
        }
    }

    var unsupportedCode: String {
        switch self {
        case .secretsmanager: "InvalidRequestException"
        case .kms: "UnsupportedOperationException"
        case .ec2: "UnsupportedOperation"
        case .rds, .sts: "InvalidParameterCombination"
        }
    }
}
