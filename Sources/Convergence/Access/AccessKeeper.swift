internal import Logging
internal import Resources
internal import Routing

/// Puts changes of security groups in force, in one table for all the instances concerned, without waiting for their lanes: a
/// lane may be busy for a minute, and a revoked rule must not live that long.
struct AccessKeeper: Sendable {
    /// Documents that who-may-connect follows from.
    private static let kinds: Set<String> = [SecurityGroup.kind, SecurityGroupMember.kind, DBInstance.kind]

    let store: Store
    let policy: AccessPolicy
    let routes: RoutePublisher
    let logger: Logger

    /// Follows `changes` until cancelled. `failed` wakes the lanes, which try again.
    func run(_ changes: AsyncStream<StoreChange>, failed: @Sendable () -> Void) async {
        for await case .touched(let references) in changes {
            let regions = Set(references.filter { Self.kinds.contains($0.kind) }.map(\.region))
            for region in regions.sorted() {
                do {
                    try await update(region)
                } catch {
                    logger.error("a change of security groups is not in force yet", metadata: ["reason": "\(error)"])
                    failed()
                }
            }
        }
    }

    private func update(_ region: String) async throws {
        let compiler = policy.compiler(region, store)
        let wanted = store.list(DBInstance.self, region: region).map { ($0.id, compiler.access(to: $0)) }
        try await routes.admit(Dictionary(wanted, uniquingKeysWith: { $1 }))
    }
}
