/// The groups that every instance has unless its owner names others. They are there without being stored.
enum DefaultGroups {
    static let parameterGroupPrefix = "default."

    static func parameterGroup(family: String) -> String { parameterGroupPrefix + family }

    static func isDefaultParameterGroup(_ name: String) -> Bool { name.hasPrefix(parameterGroupPrefix) }

    static func isDefaultOptionGroup(_ name: String) -> Bool { name.hasPrefix("default:") }

    /// `default:postgres-15`, `default:mysql-8-0`
    static func optionGroup(engine: String, major: String) -> String {
        "default:\(engine)-\(major.replacing(".", with: "-"))"
    }
}
