/// A request that was refused before any service saw it, with all that is needed to answer it.
public struct Refusal: Error, Sendable, Equatable {
    public var fault: Fault
    /// The service, as far as it is known: not yet authenticated.
    public var service: AWSService?
    public var requestID: String
    var envelope: Envelope
}
