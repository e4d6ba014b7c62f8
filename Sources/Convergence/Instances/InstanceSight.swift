public import Certificates
public import Engines
public import Foundation
public import Routing

/// Everything that was looked at before a plan is made.
public struct InstanceSight: Sendable, Equatable {
    public var facts: ServerFacts
    /// The route in the table that the gateway has been given; nil when there is none.
    public var route: Route?
    /// True when the gateway has confirmed that it listens for that route.
    public var listening: Bool
    /// True when the hosts file says what it should (always true where names are not ours to keep).
    public var namesInSync: Bool
    /// The endpoint's certificate; nil while it has none that can be used.
    public var certificate: EndpointCertificate?
    /// The secret that keeps the master password; nil where the owner keeps it.
    public var secret: ManagedSecretSight?
    /// The snapshot that the operation owes is complete, and known to be.
    public var hasSnapshot: Bool
    /// The snapshot that it was restored from has not been compared with its checksums yet.
    public var isUnverified = false
    /// Nil where files are in a plain directory.
    public var volume: VolumeSight?
    public var now: Date

    public init(
        facts: ServerFacts, route: Route?, listening: Bool, namesInSync: Bool, certificate: EndpointCertificate? = nil,
        secret: ManagedSecretSight? = nil, hasSnapshot: Bool = false, volume: VolumeSight? = nil, now: Date
    ) {
        self.facts = facts
        self.route = route
        self.listening = listening
        self.namesInSync = namesInSync
        self.certificate = certificate
        self.secret = secret
        self.hasSnapshot = hasSnapshot
        self.volume = volume
        self.now = now
    }
}

/// What a plan needs to know of a managed master password.
public struct ManagedSecretSight: Sendable, Equatable {
    /// A new password is stored and not current yet.
    public var hasPending: Bool
    /// When it is to be rotated next; nil for never.
    public var nextRotation: Date?

    public init(hasPending: Bool, nextRotation: Date?) {
        self.hasPending = hasPending
        self.nextRotation = nextRotation
    }
}
