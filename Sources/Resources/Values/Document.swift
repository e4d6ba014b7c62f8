/// A resource as the store keeps it: a plain value with a stable identity.
public protocol Document: Codable, Sendable, Equatable {
    /// The name of this kind of resource in the store; never changes once released.
    static var kind: String { get }
    /// The AWS region that owns it; `Region.global` for what belongs to the installation as a whole.
    var region: String { get }
    /// Stable for the life of the resource, whatever it is renamed to.
    var id: String { get }
    /// The name users know it by; unique among its kind in its region, and allowed to change.
    var name: String { get }
}
