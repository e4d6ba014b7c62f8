internal import AWSWire

/// `Filters` of RDS: every filter must match, one of its values is enough. Names and values are case-sensitive.
struct RDSFilter: Sendable, Equatable {
    var name: String
    var values: [String]

    static func all(_ request: Request, known: Set<String>) throws -> [RDSFilter] {
        try (request.call.parameters["Filters"]?.elements ?? []).map { value in
            guard let name = value["Name"]?.text, known.contains(name) else {
                throw Fault.invalidParameterValue("Unrecognized filter name: \((value["Name"]?.text ?? "").prefix(64))")
            }
            let values = (value["Values"]?.elements ?? []).compactMap(\.text)
            guard !values.isEmpty else { throw Fault.invalidParameterValue("The filter \(name) needs Values.") }
            return RDSFilter(name: name, values: values)
        }
    }
}

extension ParameterRule {
    static let rdsPaging: [ParameterRule] = [works("MaxRecords"), works("Marker")]
    static let noFilters = refused("Filters", "RDS defines no filters for this action. Leave it out.")
}
