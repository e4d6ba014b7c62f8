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

    /// RDS-EVENT-0089
    static func lowStorage(_ instance: DBInstance, freeBytes: Int64, sizeBytes: Int64) -> String {
        func text(_ bytes: Int64) -> String {
            let hundredths = bytes * 100 / (1 << 30)
            return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100) GB"
        }
        let percent = sizeBytes > 0 ? freeBytes * 100 / sizeBytes : 0
        return
            "The free storage capacity for DB instance: \(instance.identifier) is low at \(percent)% of the provisioned storage "
            + "[Provisioned Storage: \(text(sizeBytes)), Free Storage: \(text(freeBytes))]. You may want to increase the "
            + "provisioned storage to address this issue."
    }

    /// RDS-EVENT-0007
    static let storageExhausted = "Allocated storage has been exhausted. Allocate additional storage to resolve."

    /// RDS-EVENT-0217, and what it means for the next time.
    func autoscaling(_ instance: DBInstance, at date: Date) -> [DBEvent] {
        let begun = event(
            instance, "Applying autoscaling-initiated modification to allocated storage.", [.configurationChange], at: date)
        let size = instance.spec.allocatedStorage
        guard let maximum = instance.spec.maxAllocatedStorage else { return [begun] }
        if size >= maximum {
            let message =
                "Storage autoscaling has triggered a pending scale storage task that will reach or exceed the maximum storage "
                + "threshold. Increase the maximum storage threshold."
            return [begun, event(instance, message, [.failure], at: date)]
        }
        guard size * 10 >= maximum * 8 else { return [begun] }
        let message =
            "Allocated storage size \(size) GB is approaching the maximum storage threshold \(maximum) GB. Increase the maximum "
            + "storage threshold."
        return [begun, event(instance, message, [.notification], at: date)]
    }

    /// What the end of an operation is reported as.
    func completion(of kind: DBInstance.Operation.Kind, _ instance: DBInstance, at date: Date) -> [DBEvent] {
        switch kind {
        case .create: creation(instance, at: date)
        case .snapshot: [event(instance, "Finished DB instance backup.", [.backup], at: date)]
        case .modify: [event(instance, "Finished applying modification to DB instance.", [.configurationChange], at: date)]
        case .growStorage:
            [event(instance, "Finished applying modification to allocated storage.", [.configurationChange], at: date)]
        case .autoscaleStorage:
            [
                event(
                    instance, "Finished applying autoscaling-initiated modification to allocated storage.",
                    [.configurationChange], at: date)
            ]
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
