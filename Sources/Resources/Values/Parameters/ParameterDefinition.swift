/// A parameter of an engine, as its own server describes it.
public struct ParameterDefinition: Codable, Sendable, Equatable {
    /// `DataType` as RDS writes it.
    public enum DataType: String, Codable, Sendable, Equatable { case boolean, integer, float, string, list }

    public var name: String
    public var description: String
    public var dataType: DataType
    /// Smallest and largest value of a number, as the server writes them.
    public var minimum: String?
    public var maximum: String?
    /// The words that can be a value, or elements of a list; empty when any text can.
    public var options: [String]
    /// What an integer counts, in the server's words (`8kB`, `ms`); nil where it counts pieces.
    public var unit: String?
    /// `ApplyType`: takes effect without a restart.
    public var isDynamic: Bool
    /// False for what Martlet sees to itself, and for what could reach beyond the server.
    public var isModifiable: Bool
    /// The value that Martlet or the default group gives it: a value or a formula. Nil where the server has its own.
    public var systemValue: String?

    public init(
        name: String, description: String, dataType: DataType, minimum: String? = nil, maximum: String? = nil,
        options: [String] = [], unit: String? = nil, isDynamic: Bool, isModifiable: Bool, systemValue: String? = nil
    ) {
        self.name = name
        self.description = description
        self.dataType = dataType
        self.minimum = minimum
        self.maximum = maximum
        self.options = options
        self.unit = unit
        self.isDynamic = isDynamic
        self.isModifiable = isModifiable
        self.systemValue = systemValue
    }
}

/// Every parameter of one engine version.
public struct ParameterCatalogue: Codable, Sendable, Equatable {
    /// Ordered by name.
    public let definitions: [ParameterDefinition]

    public init(_ definitions: [ParameterDefinition]) {
        self.definitions = definitions.sorted { $0.name < $1.name }
    }

    public subscript(name: String) -> ParameterDefinition? {
        var low = definitions.startIndex
        var high = definitions.endIndex
        while low < high {
            let middle = (low + high) / 2
            if definitions[middle].name < name { low = middle + 1 } else { high = middle }
        }
        return low < definitions.endIndex && definitions[low].name == name ? definitions[low] : nil
    }
}
