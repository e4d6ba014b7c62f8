/// A start that the server refused because of its settings. It is not tried again until the settings change or somebody asks
/// for it: a reboot is another operation.
struct RefusedStart: Sendable, Equatable {
    /// Fingerprint of the wanted configuration.
    var configuration: String
    /// `Operation.id`
    var operation: String?
}
