extension Duration {
    /// No time in a configuration is longer: counted in nanoseconds and in milliseconds it is still a number.
    static let longestConfigured: Duration = .seconds(365 * 86_400)

    /// Whether a configuration may ask for it.
    var isConfigurable: Bool { self > .zero && self <= Self.longestConfigured }

    /// For messages: `31.2 s`, cut after the tenth.
    var inSeconds: String {
        let tenths = components.seconds * 10 + components.attoseconds / 100_000_000_000_000_000
        return "\(tenths / 10).\(tenths % 10) s"
    }
}
