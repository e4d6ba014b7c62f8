internal import Cgroups
import Logging

/// The groups of this host's servers. Where there are none, nothing is done and nothing is seen.
extension EngineHost {
    /// Nil when nothing is to be limited, or nothing can be.
    func admission(of site: ServerSite, _ limits: ServerLimits, _ logger: Logger) -> GroupAdmission? {
        guard let groups, limits.within(groups.controllers) != .none else { return nil }
        return GroupAdmission(group: groups.group(of: site.id), limits: limits, logger: logger)
    }

    func groupSight(of site: ServerSite, _ process: ProcessIdentity?) -> GroupSight? {
        guard let groups, !groups.controllers.isEmpty else { return nil }
        return groups.group(of: site.id).sight(process?.pid)
    }

    func limit(_ site: ServerSite, _ process: ProcessIdentity?, to limits: ServerLimits) async throws {
        guard let group = groups?.group(of: site.id) else { return }
        try await act {
            try group.prepare(limits)
            if let process { try group.admit(process.pid, limits) }
        }
    }

    /// - Throws: `EngineError` when processes are left in it.
    func removeGroup(of site: ServerSite) async throws {
        guard let group = groups?.group(of: site.id) else { return }
        try await act { try group.remove() }
    }

    /// Like `removeGroup`; one that stays is removed with the instance, or when its server is settled.
    func dropGroup(of site: ServerSite, _ logger: Logger) async {
        do { try await removeGroup(of: site) } catch {
            logger.warning("a group is left", metadata: ["site": "\(site.id)", "reason": "\(error)"])
        }
    }

    private func act(_ work: @escaping @Sendable () throws -> Void) async throws {
        do { try await BlockingPool.shared.run(work) } catch let error as CgroupError {
            throw EngineError.system(what: error.what, reason: error.reason)
        }
    }

    /// What a server allocates once and for all must fit into the host's memory, and into its class where that is enforced.
    ///
    /// - Throws: `EngineError.outOfMemory`
    func checkMemory(_ neededBytes: Int, _ limits: ServerLimits, setting: String) throws {
        if let available = HostMemory.availableBytes() {
            try HostMemory.check(neededBytes: neededBytes, availableBytes: available, what: "the instance class")
        }
        guard let groups, let promised = limits.within(groups.controllers).classMemoryBytes, neededBytes > promised else {
            return
        }
        throw EngineError.outOfMemory(
            what: "\(setting) is \(neededBytes >> 20) MiB, and the instance class has \(promised >> 20) MiB")
    }
}
