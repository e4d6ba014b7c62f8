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
    public var now: Date

    public init(facts: ServerFacts, route: Route?, listening: Bool, namesInSync: Bool, now: Date) {
        self.facts = facts
        self.route = route
        self.listening = listening
        self.namesInSync = namesInSync
        self.now = now
    }
}
