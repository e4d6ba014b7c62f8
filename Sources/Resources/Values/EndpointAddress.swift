/// A loopback address in use, so that no two endpoints are ever given the same one.
public struct EndpointAddress: Document {
    public static let kind = "EndpointAddress"

    public var address: String
    /// The resource that holds it.
    public var owner: String

    public var region: String { Region.global }
    public var id: String { address }
    public var name: String { address }

    public init(address: String, owner: String) {
        self.address = address
        self.owner = owner
    }
}
