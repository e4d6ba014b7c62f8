/// A DB parameter group. The groups `default.FAMILY` exist without being stored.
public struct DBParameterGroup: Document {
    public static let kind = "DBParameterGroup"

    /// A value that its owner has set.
    public struct Setting: Codable, Sendable, Equatable {
        /// As it was given: a value, or a formula such as `{DBInstanceClassMemory/32768}`.
        public var value: String
        public var method: ApplyMethod

        public init(value: String, method: ApplyMethod) {
            self.value = value
            self.method = method
        }
    }

    /// `ApplyMethod`
    public enum ApplyMethod: String, Codable, Sendable, Equatable {
        case immediate
        case pendingReboot = "pending-reboot"
    }

    public var region: String
    /// Lower-case; also its identity.
    public var name: String
    /// `DBParameterGroupFamily`: `postgres15`, `mariadb10.11`.
    public var family: String
    public var description: String
    /// What its owner has set, by the name of the parameter.
    public var settings: [String: Setting]
    public var tags: [Tag]

    public var id: String { name }

    public init(
        region: String, name: String, family: String, description: String, settings: [String: Setting] = [:], tags: [Tag] = []
    ) {
        self.region = region
        self.name = name
        self.family = family
        self.description = description
        self.settings = settings
        self.tags = tags
    }

    /// The values alone, as instances take them over.
    public var values: [String: String] { settings.mapValues(\.value) }
}
