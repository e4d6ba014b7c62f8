internal import Certificates
internal import Engines
internal import Foundation
internal import Resources
internal import Routing

/// What follows from what is wanted and what was seen.
enum InstancePlan: Sendable, Equatable {
    /// Do these in order, then look again.
    case act([InstanceAction])
    /// What is there cannot be made right by any step.
    case giveUp(DBInstanceObservation.Failure.Kind, reason: String)
    /// Everything is as wanted.
    case settled

    /// Nothing is left to do, but to say so.
    var isAsWanted: Bool {
        switch self {
        case .settled: true
        case .act(let actions):
            if case .complete = actions.first { true } else { false }
        case .giveUp: false
        }
    }
}

/// What the plan needs to know beside the instance: what its configuration and its endpoint should be.
struct InstanceTarget: Sendable, Equatable {
    /// Fingerprint of the wanted configuration.
    var configuration: String
    /// The wanted endpoint, gate open; nil while there is no address.
    var route: Route?
    /// What the endpoint's certificate should say; nil while there is no address.
    var certificate: CertificateRequest?
}

/// `plan(desired, observed)`: pure, total, the same answer for the same input.
enum InstancePlanner {
    static func plan(desired: DBInstance, target: InstanceTarget, seen: InstanceSight) -> InstancePlan {
        if desired.operation?.kind == .delete { return .act(deletion(desired, seen)) }
        if desired.operation == nil, !desired.pending.isEmpty,
            MaintenanceWindow(desired.spec.maintenanceWindow)?.contains(seen.now) == true, desired.power == .running
        {
            return .act([.applyPending])
        }
        switch desired.power {
        case .stopped: return stopped(desired, seen)
        case .running: return running(desired, target, seen)
        }
    }

    /// The final snapshot shows the last that any client has written, so nobody is let in any more and the server has ended.
    private static func deletion(_ desired: DBInstance, _ seen: InstanceSight) -> [InstanceAction] {
        var actions: [InstanceAction] = []
        if seen.route != nil { actions.append(.closeRoute) }
        if !seen.namesInSync { actions.append(.syncNames) }
        if seen.facts.server != .absent { actions.append(.stop) }
        let snapshot = desired.operation?.snapshot.flatMap { seen.hasSnapshot ? nil : $0 }
        if let snapshot { actions += mounting(seen) + [.takeSnapshot(snapshot)] }
        // A creation or restoration that was cut short leaves something that is neither data directory nor volume yet.
        let mayHaveRemains = desired.createdAt == nil
        let hasVolume = seen.volume.map { $0.exists || $0.isMounted } ?? false
        if seen.facts.dataDirectory != .absent || hasVolume || mayHaveRemains { actions.append(.removeData) }
        return actions + [.forget]
    }

    private static func stopped(_ desired: DBInstance, _ seen: InstanceSight) -> InstancePlan {
        if desired.operation == nil, let restart = desired.automaticRestartAt, restart <= seen.now { return .act([.endStop]) }
        var actions: [InstanceAction] = []
        if seen.route != nil { actions.append(.closeRoute) }
        if seen.facts.server != .absent { actions.append(.stop) }
        if let snapshot = desired.operation?.snapshot, !seen.hasSnapshot {
            return .act(actions.isEmpty ? mounting(seen) + [.takeSnapshot(snapshot)] : actions)
        }
        return finish(actions.isEmpty ? storage(seen) : actions, desired, seen)
    }

    /// The volume of an instance that is stopped stays where its logs can be read, and grows; without its key it is locked.
    private static func storage(_ seen: InstanceSight) -> [InstanceAction] {
        guard let volume = seen.volume, volume.exists else { return [] }
        if volume.keyProblem != nil { return volume.isMounted ? [.detachVolume] : [] }
        if volume.isMounted, volume.needsUnmount { return [.detachVolume, .attachVolume] }
        return volume.isMounted && volume.isAsWanted ? [] : [.attachVolume]
    }

    /// What a snapshot of a server that does not run needs first.
    private static func mounting(_ seen: InstanceSight) -> [InstanceAction] {
        seen.volume?.isMounted == false ? [.attachVolume] : []
    }

    /// What a volume needs before its server can be thought of; nil when it is as it should be.
    private static func volume(_ desired: DBInstance, _ seen: InstanceSight) -> InstancePlan? {
        guard let volume = seen.volume else { return nil }
        if let problem = volume.keyProblem { return locked(problem, volume, seen) }
        if volume.isMounted, volume.needsUnmount { return remount(seen) }
        if volume.isMounted { return volume.isAsWanted ? nil : .act([.attachVolume]) }
        if volume.exists { return desired.createdAt == nil ? nil : .act([.attachVolume]) }
        return desired.createdAt == nil ? nil : .giveUp(.failed, reason: "the volume is gone")
    }

    /// A short break, where nothing less makes the volume as large as it should be.
    private static func remount(_ seen: InstanceSight) -> InstancePlan {
        var actions: [InstanceAction] = []
        if seen.route?.gate == .open { actions.append(.publishRoute(.hold)) }
        if seen.facts.server != .absent { actions.append(.stop) }
        return .act(actions + [.detachVolume, .attachVolume])
    }

    /// As on RDS: without its key the instance goes down, its files are locked, and both come back with the key.
    private static func locked(_ problem: String, _ volume: VolumeSight, _ seen: InstanceSight) -> InstancePlan {
        var actions: [InstanceAction] = []
        if seen.facts.server != .absent {
            if seen.route?.gate == .open { actions.append(.closeRoute) }
            actions.append(.stop)
        }
        if volume.isMounted { actions.append(.detachVolume) }
        return actions.isEmpty ? .giveUp(.inaccessibleEncryptionCredentials, reason: problem) : .act(actions)
    }

    private static func running(_ desired: DBInstance, _ target: InstanceTarget, _ seen: InstanceSight) -> InstancePlan {
        if let plan = volume(desired, seen) { return plan }
        var actions: [InstanceAction] = []
        if desired.address == nil { actions.append(.allocateAddress) }
        switch seen.facts.dataDirectory {
        case .ready: break
        case .absent where desired.createdAt == nil, .damaged where desired.createdAt == nil:
            actions.append(desired.source.map { .restore($0.snapshot) } ?? .provision)
        case .absent: return .giveUp(.failed, reason: "the data directory is gone")
        case .damaged(let reason): return .giveUp(.failed, reason: "the data directory is damaged: \(reason)")
        }
        let isNew = seen.facts.dataDirectory == .absent
        let misconfigured = isNew || seen.facts.configuration != target.configuration || actions.contains(.provision)
        switch seen.facts.server {
        case .absent:
            if seen.route?.gate == .open { actions.append(.publishRoute(.hold)) }
            if misconfigured { actions.append(.configure) }
            return .act(actions + [.start])
        case .mute(let process):
            if seen.route?.gate == .open { actions.append(.publishRoute(.hold)) }
            if misconfigured { actions.append(.configure) }
            if wantsRestart(desired, process) { actions.append(.stop) }
            return .act(actions + verification(desired, seen) + [.start])
        case .answering(let process, let answers):
            if wantsRestart(desired, process) || answers.version != desired.spec.engineVersion {
                if misconfigured { actions.append(.configure) }
                return .act(actions + [.publishRoute(.hold), .stop, .start])
            }
            return answering(desired, target, seen, answers, actions, misconfigured: misconfigured)
        }
    }

    /// Its server may start meanwhile, but nobody is let in before.
    private static func verification(_ desired: DBInstance, _ seen: InstanceSight) -> [InstanceAction] {
        guard seen.isUnverified, let source = desired.source else { return [] }
        return [.verify(source.snapshot)]
    }

    private static func answering(
        _ desired: DBInstance, _ target: InstanceTarget, _ seen: InstanceSight, _ answers: ServerFacts.Answers,
        _ before: [InstanceAction], misconfigured: Bool
    ) -> InstancePlan {
        var actions = before
        // The gateway demands tokens before the server stops asking for passwords; the other way round when it ends.
        if let route = seen.route, route.gate == .open, route.iam == nil, target.route?.iam != nil {
            actions.append(.publishRoute(.open))
        }
        if misconfigured { return .act(actions + [.configure, .reload]) }
        if answers.configuration != target.configuration { return .act(actions + [.reload]) }
        if answers.restartPending { return .act(actions + [.publishRoute(.hold), .stop, .start]) }
        actions += verification(desired, seen) + credentials(desired, seen, answers)
        if isCertificateDue(target, seen) { actions.append(.issueCertificate) }
        let isPublished = target.route != nil && seen.route == target.route && seen.listening
        if !isPublished || actions.contains(.publishRoute(.hold)) || actions.contains(.issueCertificate) {
            actions.append(.publishRoute(.open))
        }
        if !seen.namesInSync { actions.append(.syncNames) }
        if actions.isEmpty, desired.operation == nil, let due = seen.secret?.nextRotation, due <= seen.now {
            return .act([.rotateMasterPassword])
        }
        return finish(actions, desired, seen)
    }

    /// A managed password changes behind a held gate: whoever comes meanwhile is let in once the secret tells the password
    /// that is in force.
    private static func credentials(
        _ desired: DBInstance, _ seen: InstanceSight, _ answers: ServerFacts.Answers
    ) -> [InstanceAction] {
        if !answers.bootstrapped { return [.bootstrap] }
        let isPending = seen.secret?.hasPending ?? false
        if answers.masterGeneration >= desired.master.generation { return isPending ? [.promoteSecret] : [] }
        guard isPending else { return [.applyMasterPassword] }
        let hold: [InstanceAction] = seen.route?.gate == .open ? [.publishRoute(.hold)] : []
        return hold + [.applyMasterPassword, .promoteSecret]
    }

    private static func isCertificateDue(_ target: InstanceTarget, _ seen: InstanceSight) -> Bool {
        guard let wanted = target.certificate else { return false }
        return CertificateDecision.reason(wanted: wanted, seen: seen.certificate, now: seen.now) != nil
    }

    private static func finish(_ actions: [InstanceAction], _ desired: DBInstance, _ seen: InstanceSight) -> InstancePlan {
        if !actions.isEmpty { return .act(actions) }
        if let snapshot = desired.operation?.snapshot, !seen.hasSnapshot { return .act([.takeSnapshot(snapshot)]) }
        if let operation = desired.operation { return .act([.complete(operation)]) }
        return .settled
    }

    /// The kernel tells when a process began in hundredths of a second, rounded down.
    private static let startResolution = 0.01

    /// A reboot is one restart: it is owed while the process is older than the request, whoever carries it out.
    private static func wantsRestart(_ desired: DBInstance, _ process: ProcessIdentity) -> Bool {
        guard let operation = desired.operation, operation.kind == .reboot else { return false }
        return process.startedAt + startResolution < operation.requestedAt.timeIntervalSince1970
    }
}
