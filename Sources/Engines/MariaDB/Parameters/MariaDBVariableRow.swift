import Resources

/// A row of `information_schema.SYSTEM_VARIABLES`, turned into what RDS tells of a parameter.
struct MariaDBVariableRow {
    static let query = """
        SELECT LOWER(VARIABLE_NAME), VARIABLE_TYPE, VARIABLE_COMMENT, READ_ONLY, COMMAND_LINE_ARGUMENT, NUMERIC_MIN_VALUE, \
        NUMERIC_MAX_VALUE, ENUM_VALUE_LIST FROM information_schema.SYSTEM_VARIABLES WHERE VARIABLE_SCOPE <> 'SESSION ONLY' \
        ORDER BY 1
        """

    let name: String
    private let type: String
    private let comment: String
    private let row: [String?]

    /// Nil for a row of another form, and for what no option file can set.
    init?(_ row: [String?]) {
        guard row.count == 8, let name = row[0], let type = row[1],
            MariaDBParameterPolicy.isOption(name, argument: row[4]) || name == "require_secure_transport"
        else { return nil }
        self.name = name
        self.type = type
        comment = row[2] ?? ""
        self.row = row
    }

    var isStatic: Bool { row[3] == "YES" }

    func definition(systemValues: [String: String]) -> ParameterDefinition {
        ParameterDefinition(
            name: name, description: comment, dataType: dataType, minimum: dataType == .boolean ? nil : row[5],
            maximum: dataType == .boolean ? nil : row[6],
            options: type == "ENUM" || type == "SET" ? row[7]?.split(separator: ",").map(String.init) ?? [] : [],
            isDynamic: !isStatic,
            isModifiable: MariaDBParameterPolicy.isModifiable(name, type: type, comment: comment),
            systemValue: systemValues[name])
    }

    private var dataType: ParameterDefinition.DataType {
        switch type {
        case "BOOLEAN": .boolean
        case "DOUBLE": .float
        case "SET": .list
        case let type where type.hasPrefix("INT") || type.hasPrefix("BIGINT"): .integer
        default: .string
        }
    }
}
