internal import AWSWire
internal import Resources

/// Which regions are served. STS is exempt, as global services are from the usual region-denying policy: it owns nothing.
enum RegionLock {
    private static let names = Set(Region.names)

    static func check(_ call: ServiceCall, served: Set<String>?) throws {
        guard names.contains(call.region) else {
            throw Fault(
                call.service.deniedCode, status: 403,
                "There is no AWS region \(call.region.prefix(64)). Sign the request for a region such as us-east-1.")
        }
        guard let served, call.service != .sts, !served.contains(call.region) else { return }
        throw Fault(
            call.service.deniedCode, status: 403,
            "This Martlet serves only \(served.sorted().joined(separator: ", ")); the request is for \(call.region). "
                + "Use one of these regions, or start the server with --regions that include it.")
    }
}
