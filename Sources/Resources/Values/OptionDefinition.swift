/// An option that an engine offers through option groups.
public struct OptionDefinition: Sendable, Equatable {
    /// Which values a setting can have.
    public enum Allowed: Sendable, Equatable {
        case integer(ClosedRange<Int>)
        /// Some of these words, joined by commas.
        case list([String])
        case one([String])
        /// Names joined by commas.
        case names
    }

    public struct Setting: Sendable, Equatable {
        public var name: String
        public var description: String
        public var defaultValue: String?
        public var allowed: Allowed
        /// False for one that can only have its default.
        public var isModifiable: Bool

        public init(name: String, description: String, defaultValue: String?, allowed: Allowed, isModifiable: Bool = true) {
            self.name = name
            self.description = description
            self.defaultValue = defaultValue
            self.allowed = allowed
            self.isModifiable = isModifiable
        }
    }

    public var name: String
    public var description: String
    public var settings: [Setting]

    public init(name: String, description: String, settings: [Setting]) {
        self.name = name
        self.description = description
        self.settings = settings
    }
}
