internal import Engines
internal import Foundation
internal import Logging
internal import Resources

/// Turns log files over and deletes old ones, for every instance, whatever state it is in: a server that keeps failing is
/// the one that fills its log.
struct LogKeeper: Sendable {
    static let pause = Duration.seconds(30)

    let world: LaneWorld

    func run() async {
        var lastLook: Date?
        while !Task.isCancelled {
            let now = Date()
            for instance in world.store.list(DBInstance.self) where instance.operation?.kind != .delete {
                await tend(instance, now: now, lastLook: lastLook)
            }
            lastLook = now
            do { try await Task.sleep(for: Self.pause) } catch { return }
        }
    }

    private func tend(_ instance: DBInstance, now: Date, lastLook: Date?) async {
        guard let engine = world.engines.engine(named: instance.spec.engine) else { return }
        let context = InstanceContext(desired: instance, engine: engine, world: world)
        let logs = engine.logs(of: context.site)
        let policy = engine.logPolicy(
            context.knownSettings?.parameters ?? [:], storageGiB: instance.spec.allocatedStorage)
        do {
            for action in LogRetention.actions(try logs.files(), policy, now: now, lastLook: lastLook) {
                try await perform(action, logs, context)
            }
        } catch {
            world.logger.warning(
                "log files could not be tended", metadata: ["instance": "\(instance.id)", "reason": "\(error)"])
        }
    }

    private func perform(_ action: LogAction, _ logs: LogDirectory, _ context: InstanceContext) async throws {
        world.logger.debug("log files", metadata: ["instance": "\(context.desired.id)", "action": "\(action)"])
        switch action {
        case .turnOver(let name, let other): try logs.rename(name, to: other)
        case .reopen: try await context.engine.reopenLogs(context.site)
        case .delete(let name): try logs.remove(name)
        }
    }
}
