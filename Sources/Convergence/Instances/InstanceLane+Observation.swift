internal import Certificates
internal import Cgroups
public import Engines
internal import Foundation
internal import Logging
public import Resources
internal import Routing
internal import Volumes

/// What the lane tells the rest of the system, and what it concludes from a server that went away.
extension InstanceLane {
    func publish(_ change: (inout DBInstanceObservation) -> Void) {
        change(&observation)
        world.board.publish(observation, of: id)
    }

    /// Puts what was seen on the board, and notices a server that ended by itself.
    func note(_ seen: InstanceSight, _ desired: DBInstance) async {
        let wasAnswering = lastAnswering
        if case .answering(let process, _) = seen.facts.server { lastAnswering = process }
        let wasFull = observation.volume?.isFull ?? false
        let volume = volume(seen, desired, wasFull: wasFull)
        // In one step: whoever sees that clients are let in sees as well whether they may write.
        publish { observation in
            observation.volume = volume
            observation.see(seen.facts)
            observation.crashes = retry.crashes
            observation.certificate = seen.certificate.flatMap { found in
                found.authority.map { .init(authority: $0, validTill: found.validTill) }
            }
            observation.endpointOpen = seen.route?.gate == .open && seen.listening
        }
        if let volume, volume.isFull, !wasFull {
            logger.warning("the storage is full", metadata: ["free": "\(volume.freeBytes)"])
            await record(desired, InstanceEvents.storageExhausted, [.lowStorage])
        }
        await noticeMemoryKills(seen, desired)
        await noticeCrash(seen, desired, wasAnswering)
    }

    /// How full the volume is; nil where that cannot be said.
    private func volume(_ seen: InstanceSight, _ desired: DBInstance, wasFull: Bool) -> DBInstanceObservation.Volume? {
        guard let room = seen.volume?.room else { return nil }
        let size = Int64(desired.spec.allocatedStorage) << 30
        return .init(
            sizeBytes: size, freeBytes: room.freeBytes, isFull: StorageGauge.isFull(room, size: size, was: wasFull),
            isFullToServer: observation.volume?.isFullToServer)
    }

    /// A server that should run, is not being restarted or ended by anybody here, and yet is gone.
    private func noticeCrash(_ seen: InstanceSight, _ desired: DBInstance, _ former: ProcessIdentity?) async {
        if seen.volume?.keyProblem != nil {
            // Its end is ours.
            lastAnswering = nil
            return
        }
        // One that is there, though it does not answer our first question, has not gone anywhere.
        let isGone = seen.facts.server == .absent || (former != nil && seen.facts.server.process != former)
        guard desired.power == .running, desired.operation == nil, desired.createdAt != nil, !isRecovering, isGone,
            seen.facts.server.answers == nil
        else { return }
        isRecovering = true
        // One that we never saw answer was ended before we came: by `martlet down`, or with the machine. That is no crash.
        sawCrash = former != nil
        guard let former else { return }
        let pause = retry.crashed(uptime: seen.now.timeIntervalSince1970 - former.startedAt)
        restartNotBefore = seen.now.addingTimeInterval(pause)
        publish { $0.crashes = retry.crashes }
        await record(
            desired, "Recovery of the DB instance has started. Recovery time will vary with the amount of data to be recovered.",
            [.recovery])
        logger.warning("the server ended by itself", metadata: ["crashes": "\(retry.crashes)", "restart_in_s": "\(pause)"])
        if retry.isCrashLoop {
            fail(
                .init(
                    kind: .failed, reason: "the server keeps ending by itself (\(retry.crashes) times in a row)", since: seen.now)
            )
        }
    }

    /// Nil when the plan may be carried out now; else how long a crashed server waits before its next start.
    func pauseBeforeRestart(_ seen: InstanceSight, _ actions: [InstanceAction]) async -> Duration? {
        guard let earliest = restartNotBefore, actions.contains(.start), earliest > seen.now else { return nil }
        return .seconds(earliest.timeIntervalSince(seen.now))
    }

    /// The server that had gone is back.
    func endRecovery(_ desired: DBInstance) async {
        guard isRecovering else { return }
        isRecovering = false
        guard desired.power == .running else { return }
        if sawCrash { await record(desired, "Recovery of the DB instance is complete.", [.recovery]) }
        await record(desired, "DB instance restarted.", [.availability])
    }

    /// The server runs with what is wanted of it, by its own account. Nobody hears that an operation is complete before
    /// that is on the board.
    func confirmParameters(_ seen: InstanceSight, _ context: InstanceContext) async {
        let desired = context.desired
        if observation.failure?.kind == .inaccessibleEncryptionCredentials {
            await record(
                desired,
                "Amazon RDS can now successfully access the KMS encryption key for database instance \(desired.identifier).",
                [.notification])
        }
        publish { $0.failure = nil }
        guard let answers = seen.facts.server.answers else { return }
        let former = observation
        publish { observation in
            observation.volume?.isFullToServer = context.isFull
            observation.parameters = desired.appliedParameters
            observation.optionGroup = context.optionGroup
            observation.refusedParameters = answers.refusedParameters
        }
        defer { confirmedParameters = desired.appliedParameters }
        if desired.createdAt != nil, let known = confirmedParameters, known != desired.appliedParameters {
            await record(desired, "Finished updating DB parameter group.", [.configurationChange])
        }
        guard former.refusedParameters != answers.refusedParameters, !answers.refusedParameters.isEmpty else { return }
        let list = answers.refusedParameters.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
        await record(
            desired, "The server did not take over parameters of its group: \(list.joined(separator: "; ")).", [.failure])
    }

    /// Everything is as wanted.
    func settle(_ seen: InstanceSight) {
        let uptime = seen.facts.server.process.map { seen.now.timeIntervalSince1970 - $0.startedAt }
        retry.succeeded(serverUpFor: uptime)
        restartNotBefore = nil
        publish { observation in
            observation.failure = nil
            observation.step = nil
            observation.crashes = retry.crashes
        }
    }

    /// A snapshot that cannot be taken fails, and its instance goes on; a final one is owed for as long as it takes.
    ///
    /// - Returns: true when that is what has happened.
    func giveUpSnapshot(_ action: InstanceAction, _ error: any Error, _ desired: DBInstance) async -> Bool {
        guard let operation = desired.operation, operation.kind == .snapshot, let snapshot = operation.snapshot,
            action == .takeSnapshot(snapshot) || (action == .attachVolume && desired.power == .stopped)
        else { return false }
        var isHopeless = retry.failures + 1 >= RetryPolicy.patience
        if case EngineError.diskFull = error { isHopeless = true }
        guard isHopeless else { return false }
        do {
            try await SnapshotRecords(world: world).fail(snapshot, region: desired.region, "\(error)", of: desired)
            return true
        } catch {
            logger.error("a failed snapshot could not be noted", metadata: ["reason": "\(error)"])
            return false
        }
    }

    func fail(_ failure: DBInstanceObservation.Failure) {
        publish { $0.failure = failure }
    }
}

extension ServerFacts.Server {
    /// The server process, if there is one.
    var process: ProcessIdentity? {
        switch self {
        case .absent: nil
        case .mute(let process), .answering(let process, _): process
        }
    }

    var answers: ServerFacts.Answers? {
        guard case .answering(_, let answers) = self else { return nil }
        return answers
    }
}

extension DBInstanceObservation {
    /// What bare facts amount to.
    public init(facts: ServerFacts, endpointOpen: Bool) {
        self.init(endpointOpen: endpointOpen)
        see(facts)
    }

    /// Takes over what an engine saw.
    mutating func see(_ facts: ServerFacts) {
        processID = facts.server.process?.pid
        limits = facts.group.flatMap(\.summary)
        switch facts.server {
        case .absent: server = .absent
        case .mute: server = .starting
        case .answering(_, let answers):
            server = .answering
            engineVersion = answers.version
        }
    }
}
