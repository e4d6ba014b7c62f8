/// An option group. The groups `default:ENGINE-MAJOR` exist without being stored.
public struct DBOptionGroup: Document {
    public static let kind = "OptionGroup"

    /// An option, with the settings that its owner has given.
    public struct Option: Codable, Sendable, Equatable {
        /// `MARIADB_AUDIT_PLUGIN`
        public var name: String
        public var settings: [String: String]

        public init(name: String, settings: [String: String]) {
            self.name = name
            self.settings = settings
        }
    }

    public var region: String
    /// Lower-case; also its identity.
    public var name: String
    public var engine: String
    /// `10.11`
    public var majorVersion: String
    public var description: String
    public var options: [Option]
    public var tags: [Tag]

    public var id: String { name }

    public init(
        region: String, name: String, engine: String, majorVersion: String, description: String, options: [Option] = [],
        tags: [Tag] = []
    ) {
        self.region = region
        self.name = name
        self.engine = engine
        self.majorVersion = majorVersion
        self.description = description
        self.options = options
        self.tags = tags
    }
}

extension DocumentReader {
    /// The option group of an instance; nil for the default group.
    public func optionGroup(of instance: DBInstance) -> DBOptionGroup? {
        instance.spec.optionGroup.flatMap { find(DBOptionGroup.self, region: instance.region, name: $0) }
    }
}
