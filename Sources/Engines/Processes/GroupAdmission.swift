internal import Cgroups
import Logging

/// Puts a server that is being started into its group, limits first, so that it never runs a client without them.
struct GroupAdmission: Sendable {
    let group: ServerGroup
    let limits: ServerLimits
    let logger: Logger

    fileprivate func prepare() async -> Bool {
        await attempt { try group.prepare(limits) }
    }

    fileprivate func admit(_ pid: Int32) async {
        _ = await attempt { try group.admit(pid, limits) }
    }

    /// A server that cannot be limited is better than none; that it is not is seen at the next look, and said.
    private func attempt(_ work: @escaping @Sendable () throws -> Void) async -> Bool {
        do {
            try await BlockingPool.shared.run(work)
            return true
        } catch {
            logger.warning("a server cannot be put into its group", metadata: ["reason": "\(error)"])
            return false
        }
    }
}

extension GroupAdmission? {
    /// Starts a process by `spawn`, and watches it; nil puts it into no group.
    func watch(_ spawn: () throws -> Int32) async throws -> ProcessWatch {
        let isPrepared = await self?.prepare() ?? false
        let pid = try spawn()
        let watch = try ProcessWatcher.shared.watch(child: pid)
        // While it is moved it loads its libraries; whatever it starts meanwhile is moved as well.
        if isPrepared { await self?.admit(pid) }
        return watch
    }
}
