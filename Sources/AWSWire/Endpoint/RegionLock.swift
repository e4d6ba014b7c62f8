/// Which regions requests may be for.
public struct RegionLock: Sendable, Equatable {
    /// Every region name there is.
    public var known: Set<String>
    /// Those that this server serves.
    public var allowed: Set<String>

    public init(known: some Sequence<String>, allowed: some Sequence<String>) {
        self.known = Set(known)
        self.allowed = Set(allowed)
    }

    /// Every known region is served.
    public init(known: some Sequence<String>) {
        self.known = Set(known)
        allowed = self.known
    }

    /// - Throws: `.mismatch`, as AWS answers to a scope with a region that it does not have.
    func checkKnown(_ region: String) throws(SignatureFailure) {
        guard known.contains(region) else {
            throw .mismatch("Credential should be scoped to a valid region, not '\(region)'.")
        }
    }

    /// What an organisation's policy that denies a region answers, in the words of the service's protocol; nil when allowed.
    func refusal(of region: String, _ wireProtocol: AWSService.WireProtocol) -> Fault? {
        if allowed.contains(region) { return nil }
        let names = allowed.sorted().joined(separator: ", ")
        let message = "The region \(region) is locked: this server was started with --regions \(names)."
        return switch wireProtocol {
        case .query: Fault("AccessDenied", status: 403, message)
        case .ec2: Fault("UnauthorizedOperation", status: 403, message)
        case .json11: Fault("AccessDeniedException", status: 400, message)
        }
    }
}
