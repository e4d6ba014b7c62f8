internal import Engines
internal import Resources

/// Wakes the lane of an instance when the kernel has ended a process of its server: PostgreSQL recovers from that without
/// ending itself, so nobody else would look.
struct MemoryKillWatch: Sendable {
    /// A look reads one small file for each instance.
    static let period = Duration.seconds(5)

    let store: Store
    let engines: any EngineDirectory

    func run(_ wake: @Sendable (_ id: String) -> Void) async {
        var known: [String: Int] = [:]
        while !Task.isCancelled {
            do { try await Task.sleep(for: Self.period) } catch { return }
            var counts: [String: Int] = [:]
            for instance in store.list(DBInstance.self) {
                guard let engine = engines.engine(named: instance.spec.engine) else { continue }
                let site = ServerSite(id: instance.resourceID, version: instance.spec.engineVersion)
                counts[instance.id] = engine.memoryKills(of: site)
            }
            for (id, count) in counts where count != known[id] ?? 0 { wake(id) }
            known = counts
        }
    }
}
