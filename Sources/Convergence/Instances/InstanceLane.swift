internal import Engines
internal import Foundation
internal import Logging
internal import Resources
internal import Routing

/// The lane of one instance: look, plan, act, look again; then sleep until something changes. Lanes do not wait for each other.
actor InstanceLane {
    /// How often a settled instance is looked at without a reason.
    static let patrol = Duration.seconds(60)
    /// Passes without rest before the lane concludes that its steps have no effect.
    static let passLimit = 12

    nonisolated let id: String
    nonisolated let wake = LaneWake()
    let region: String
    let world: LaneWorld
    let logger: Logger

    var retry = RetryPolicy()
    var observation = DBInstanceObservation()
    /// The server that was last seen to answer, and since when.
    var lastAnswering: ProcessIdentity?
    /// A server went down by itself and has not come back yet.
    var isRecovering = false
    /// It ended under our eyes.
    var sawCrash = false
    /// A server that crashed is not started before this.
    var restartNotBefore: Date?
    /// When what is wanted was last read: a failure is one of what was asked for until then.
    private var readAt = Date.distantPast
    /// The parameters that were last seen in effect.
    var confirmedParameters: AppliedParameters?
    /// What was seen of its group, as far as events tell of it.
    var groupMemory = GroupMemory()
    /// What the server refused to start with: the same again would end the same.
    private var refused: RefusedStart?
    private var watched: ProcessIdentity?
    private var watcher: Task<Void, Never>?

    init(id: String, region: String, world: LaneWorld) {
        self.id = id
        self.region = region
        self.world = world
        var logger = world.logger
        logger[metadataKey: "instance"] = "\(id)"
        self.logger = logger
    }

    /// Runs until the instance is forgotten or the task is cancelled. Cancelling leaves everything as it is.
    func run() async {
        var passes = 0
        while !Task.isCancelled {
            readAt = Date()
            guard let desired = world.store.get(DBInstance.self, region: region, id: id) else { break }
            let next = await pass(desired)
            passes += 1
            switch next {
            case .again where passes < Self.passLimit: continue
            case .again:
                await report(
                    failing: EngineError.system(what: "convergence", reason: "the same steps are due again and again"), desired)
                await wake.wait(timeout: .seconds(5))
            case .sleep(let duration): await wake.wait(timeout: duration)
            case .end: return ended()
            }
            passes = 0
        }
        ended()
    }

    private func ended() {
        watcher?.cancel()
        if world.store.get(DBInstance.self, region: region, id: id) == nil { world.board.forget(id) }
    }

    enum Next { case again, end, sleep(Duration) }

    private func pass(_ desired: DBInstance) async -> Next {
        guard let engine = world.engines.engine(named: desired.spec.engine) else {
            await report(
                failing: EngineError.notInstalled(engine: desired.spec.engine, version: desired.spec.engineVersion), desired)
            return .sleep(Self.patrol)
        }
        let context = InstanceContext(desired: desired, engine: engine, world: world)
        let seen = await context.look()
        await note(seen, desired)
        watch(seen.facts, context)
        // What the server is told depends on it.
        if context.isFull != (observation.volume?.isFull ?? false) { return .again }
        let target = context.target(seen)
        let plan = InstancePlanner.plan(desired: desired, target: target, seen: seen)
        if plan.isAsWanted {
            await keepLimits(seen, context)
            await confirmParameters(seen, context)
        }
        switch plan {
        case .settled:
            await endRecovery(desired)
            settle(seen)
            return .sleep(sleepTime(desired, now: seen.now))
        case .giveUp(let kind, let reason):
            return .sleep(.seconds(await giveUp(kind, reason, desired, now: seen.now)))
        case .act(let actions):
            if let pause = await pauseBeforeRestart(seen, actions) { return .sleep(pause) }
            let start = RefusedStart(configuration: target.configuration, operation: desired.operation?.id)
            if actions.contains(.start), start == refused { return .sleep(Self.patrol) }
            return await carryOut(actions, context, start)
        }
    }

    private func carryOut(_ actions: [InstanceAction], _ context: InstanceContext, _ start: RefusedStart) async -> Next {
        for action in actions {
            if Task.isCancelled { return .end }
            publish { observation in
                observation.step = action.description
                // What is in effect is not known again before it has been looked at.
                if action == .configure { observation.parameters = nil }
            }
            logger.debug("step", metadata: ["step": "\(action.description)"])
            do {
                try await perform(action, context)
            } catch {
                if case EngineError.exitedAtStart(_, badConfiguration: true) = error { refused = start }
                return await failed(action, error, context)
            }
            if action == .forget { return .end }
        }
        return .again
    }

    private func perform(_ action: InstanceAction, _ context: InstanceContext) async throws {
        if action.isHeavy {
            try await world.heavy.run { try await context.perform(action) }
        } else {
            try await context.perform(action)
        }
    }

    private func failed(_ action: InstanceAction, _ error: any Error, _ context: InstanceContext) async -> Next {
        if Task.isCancelled || error is CancellationError { return .end }
        let desired = context.desired
        let isSetByOwner = !context.engine.traits.memoryParameters.isDisjoint(with: desired.appliedParameters.values.keys)
        logger.warning("step failed", metadata: ["step": "\(action.description)", "reason": "\(error)"])
        if await giveUpSnapshot(action, error, desired) { return .again }
        return .sleep(.seconds(await report(failing: error, desired, hasOwnMemory: isSetByOwner)))
    }

    /// Shows at once what no step can cure. Returns the pause before the next look: somebody may be curing it by hand.
    private func giveUp(
        _ kind: DBInstanceObservation.Failure.Kind, _ reason: String, _ desired: DBInstance, now: Date
    ) async -> Double {
        let known = observation.failure.flatMap { $0.kind == kind && $0.reason == reason ? $0 : nil }
        if known == nil {
            let message =
                kind == .inaccessibleEncryptionCredentials
                ? "Amazon RDS is unable to access the KMS encryption key for database instance \(desired.identifier): \(reason)."
                : "DB instance is in state \(kind.rawValue): \(reason)"
            await record(desired, message, [.failure])
        }
        fail(known ?? .init(kind: kind, reason: reason, since: now))
        return 5
    }

    /// Shows a failure once patience has run out. Returns the pause before the next try, in seconds.
    @discardableResult
    private func report(failing error: any Error, _ desired: DBInstance, hasOwnMemory: Bool = false) async -> Double {
        // The operation may have been asked for between the two readings.
        let since = max(readAt, desired.operation?.requestedAt ?? .distantPast)
        let (pause, failure) = retry.failed(
            error, isCreated: desired.createdAt != nil, hasOwnMemory: hasOwnMemory, now: since)
        guard var failure else { return pause }
        // How much memory there is, is said in other numbers each time.
        let isOutOfMemory = if case EngineError.outOfMemory = error { true } else { false }
        if let former = observation.failure, former.kind == failure.kind, isOutOfMemory || former.reason == failure.reason,
            former.since >= desired.operation?.requestedAt ?? .distantPast
        {
            failure.since = former.since
        } else {
            await record(desired, "DB instance is in state \(failure.kind.rawValue): \(failure.reason)", [.failure])
        }
        fail(failure)
        return pause
    }

    func record(_ desired: DBInstance, _ message: String, _ categories: [DBEvent.Category]) async {
        let event = world.events.event(desired, message, categories, at: Date())
        do {
            try await world.store.write { tx in try tx.record(event) }
        } catch {
            logger.error("an event could not be stored", metadata: ["event": "\(message)", "reason": "\(error)"])
        }
    }

    // MARK: Sleeping and waking

    private func sleepTime(_ desired: DBInstance, now: Date) -> Duration {
        var until = now.addingTimeInterval(groupMemory.isOwed ? 5 : 60)
        if let restart = desired.automaticRestartAt { until = min(until, restart) }
        if !desired.pending.isEmpty, let window = MaintenanceWindow(desired.spec.maintenanceWindow) {
            until = min(until, window.next(after: now))
        }
        return .seconds(max(0.05, until.timeIntervalSince(now)))
    }

    /// Wakes the lane the moment the server ends.
    private func watch(_ facts: ServerFacts, _ context: InstanceContext) {
        let process = facts.server.process
        guard process != watched else { return }
        watched = process
        watcher?.cancel()
        watcher =
            process == nil
            ? nil
            : Task { [engine = context.engine, site = context.site, wake] in
                await engine.processEnd(of: site)
                wake.set()
            }
    }
}
