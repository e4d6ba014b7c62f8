internal import Foundation
internal import Resources

/// The events of an instance, in RDS's words (user guide, "Amazon RDS event categories and event messages").
struct InstanceEvents: Sendable {
    var account: String

    func event(
        _ instance: DBInstance, _ message: String, _ categories: [DBEvent.Category], at date: Date
    ) -> DBEvent {
        DBEvent(
            region: instance.region, sourceType: .dbInstance, sourceIdentifier: instance.identifier,
            sourceARN: ARN.dbInstance(instance.identifier, region: instance.region, account: account).description,
            message: message, categories: categories, date: date)
    }

    func event(_ snapshot: DBSnapshot, _ message: String, _ categories: [DBEvent.Category], at date: Date) -> DBEvent {
        DBEvent(
            region: snapshot.region, sourceType: .dbSnapshot, sourceIdentifier: snapshot.identifier,
            sourceARN: ARN.dbSnapshot(snapshot.identifier, region: snapshot.region, account: account).description,
            message: message, categories: categories, date: date)
    }

    private func creation(_ instance: DBInstance, at date: Date) -> [DBEvent] {
        let restored = instance.source.map {
            event(instance, "Restored from snapshot \($0.name).", [.restoration], at: date)
        }
        return (restored.map { [$0] } ?? []) + [event(instance, "DB instance created.", [.creation], at: date)]
    }

    /// Rotation by the schedule, so that nobody is surprised: it names the way out.
    func scheduledRotation(_ instance: DBInstance, at date: Date) -> DBEvent {
        event(
            instance,
            "The managed master password is being rotated by its schedule. To end that, use secretsmanager cancel-rotate-secret.",
            [.configurationChange], at: date)
    }

    /// What the end of an operation is reported as.
    func completion(of kind: DBInstance.Operation.Kind, _ instance: DBInstance, at date: Date) -> [DBEvent] {
        switch kind {
        case .create: creation(instance, at: date)
        case .snapshot: [event(instance, "Finished DB instance backup.", [.backup], at: date)]
        case .modify: [event(instance, "Finished applying modification to DB instance.", [.configurationChange], at: date)]
        case .rename: [event(instance, "DB instance renamed to \(instance.identifier).", [.configurationChange], at: date)]
        case .resetMasterCredentials: [event(instance, "Reset master credentials.", [.configurationChange], at: date)]
        case .configureIAM:
            [
                event(
                    instance, "IAM database authentication \(instance.spec.usesIAMAuthentication ? "enabled" : "disabled").",
                    [.configurationChange], at: date)
            ]
        case .upgrade:
            [event(instance, "DB engine version upgraded to \(instance.spec.engineVersion).", [.maintenance], at: date)]
        case .reboot: [event(instance, "DB instance restarted.", [.availability], at: date)]
        case .stop: [event(instance, "DB instance stopped.", [.notification], at: date)]
        case .start: [event(instance, "DB instance started.", [.notification], at: date)]
        case .delete: [event(instance, "DB instance deleted.", [.deletion], at: date)]
        }
    }
}
