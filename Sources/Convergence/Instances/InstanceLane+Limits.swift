internal import Cgroups
internal import Engines
internal import Foundation
internal import Logging
internal import Resources

/// Keeps the limits of a server's group what its class says.
extension InstanceLane {
    /// Sets what is not as wanted. A group that refuses is no reason to take a working database for a failed one: it is said,
    /// and tried again with the next look.
    func keepLimits(_ seen: InstanceSight, _ context: InstanceContext) async {
        let obstacle = StorageSpeed.problem(context.desired, seen)
        guard let group = seen.facts.group else { return show(limitsProblem: obstacle) }
        let wanted = context.limits(on: seen.volume?.device)
        let process = seen.facts.server.process
        let step = GroupStep.due(
            wanted, group, isRunning: process != nil, isWanted: context.desired.power == .running)
        // A former serve may have been killed between the server and what it had started by then.
        let isToCheck = process != nil && !groupMemory.isChecked && group.inForce != .none
        do {
            switch step {
            case .none where isToCheck: try await context.engine.limit(context.site, to: wanted)
            case .none: break
            case .apply: try await context.engine.limit(context.site, to: wanted)
            case .remove: try await context.engine.removeGroup(of: context.site)
            }
            groupMemory.isChecked = true
            groupMemory.isOwed = false
            show(limitsProblem: obstacle)
            if step == .apply { await showLimits(context) }
        } catch {
            groupMemory.isOwed = true
            show(limitsProblem: "\(error)")
        }
    }

    private func show(limitsProblem problem: String?) {
        guard observation.limitsProblem != problem else { return }
        if let problem { logger.warning("limits are not in force", metadata: ["reason": "\(problem)"]) }
        publish { $0.limitsProblem = problem }
    }

    /// What is in force by now: read back, not concluded.
    private func showLimits(_ context: InstanceContext) async {
        let group = await context.engine.facts(of: context.site).group
        publish { $0.limits = group.flatMap(\.summary) }
    }

    func noticeMemoryKills(_ seen: InstanceSight, _ desired: DBInstance) async {
        let kills = groupMemory.see(seen.facts.group)
        guard kills > 0 else { return }
        let limit = seen.facts.group?.limits.memoryBytes.map { "\($0 >> 20) MiB" } ?? "all"
        logger.warning("the kernel ended processes of the server for want of memory", metadata: ["processes": "\(kills)"])
        await record(
            desired,
            "The server ran out of the memory of its class \(desired.spec.instanceClass) (\(limit)): the system ended "
                + "\(kills) of its processes.", [.failure])
    }
}
