import Resources

/// A row of `pg_settings`, turned into what RDS tells of a parameter.
struct PostgreSQLSettingRow {
    /// Options are joined by commas: no setting of PostgreSQL has one with a comma in it.
    static let query = """
        SELECT name, category, short_desc, context, vartype, coalesce(unit, ''), coalesce(min_val, ''), \
        coalesce(max_val, ''), coalesce(array_to_string(enumvals, ','), '') FROM pg_settings ORDER BY name
        """
    private static let columns = 9

    let name: String
    private let fields: [String]

    /// Nil for a row of another form.
    init?(_ row: [String?]) {
        let fields = row.compactMap(\.self)
        guard fields.count == Self.columns else { return nil }
        // RDS writes all names in lower case (`datestyle`); PostgreSQL takes them either way.
        name = fields[0].lowercased()
        self.fields = fields
    }

    private func text(_ column: Int) -> String? { fields[column].isEmpty ? nil : fields[column] }

    /// Nil for what is no setting of a server.
    func definition(systemValues: [String: String], libraries: Set<String>) -> ParameterDefinition? {
        guard PostgreSQLParameterPolicy.isSetting(name, context: fields[3]) else { return nil }
        let isList = name == "shared_preload_libraries"
        let options = isList ? libraries.sorted() : text(8)?.split(separator: ",").map(String.init) ?? []
        return ParameterDefinition(
            name: name, description: fields[2], dataType: isList ? .list : dataType, minimum: text(6), maximum: text(7),
            options: options, unit: text(5), isDynamic: fields[3] != "postmaster",
            isModifiable: PostgreSQLParameterPolicy.isModifiable(name, category: fields[1]), systemValue: systemValues[name])
    }

    private var dataType: ParameterDefinition.DataType {
        switch fields[4] {
        case "bool": .boolean
        case "integer": .integer
        case "real": .float
        default: .string
        }
    }
}
