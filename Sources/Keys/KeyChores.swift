public import Foundation
public import Resources

/// What time alone makes due of keys and secrets: pure.
public enum KeyChore: Sendable, Equatable {
    case rotateKey(region: String, id: String)
    case deleteKey(region: String, id: String)
    case deleteSecret(region: String, id: String)

    public var isDeletion: Bool {
        switch self {
        case .rotateKey: false
        case .deleteKey, .deleteSecret: true
        }
    }

    /// All that is due, and when the next is.
    public static func due(
        keys: [KMSKey], secrets: [Secret], now: Date
    ) -> (chores: [KeyChore], next: Date?) {
        var all: [(at: Date, chore: KeyChore)] = []
        for key in keys {
            switch key.state {
            case .pendingDeletion(let date, _): all.append((date, .deleteKey(region: key.region, id: key.id)))
            // A disabled key keeps its material; once it is enabled again it rotates if that is overdue.
            case .disabled: break
            case .enabled:
                if let rotation = key.rotation { all.append((rotation.nextAt, .rotateKey(region: key.region, id: key.id))) }
            }
        }
        for secret in secrets {
            if let date = secret.deletionAt { all.append((date, .deleteSecret(region: secret.region, id: secret.id))) }
        }
        return (all.filter { $0.at <= now }.map(\.chore), all.map(\.at).filter { $0 > now }.min())
    }
}

extension KeyRing {
    /// Does a chore, if it is still due.
    public func perform(_ chore: KeyChore, in tx: inout StoreTransaction, now: Date) throws {
        switch chore {
        case .rotateKey(let region, let id):
            guard let key = tx.get(KMSKey.self, region: region, id: id), key.state == .enabled,
                let rotation = key.rotation, rotation.nextAt <= now
            else { return }
            try rotate(key, cause: .automatic, in: &tx, now: now)
            try tx.update(KMSKey.self, region: region, id: id) {
                $0.rotation = KMSKey.Rotation(periodDays: rotation.periodDays, from: now)
            }
        case .deleteKey(let region, let id):
            guard let key = tx.get(KMSKey.self, region: region, id: id), case .pendingDeletion(let date, _) = key.state,
                date <= now
            else { return }
            for alias in tx.list(KMSAlias.self, region: region) where alias.targetKeyID == id {
                try tx.delete(KMSAlias.self, region: region, id: alias.id)
            }
            try tx.delete(KMSKey.self, region: region, id: id)
        case .deleteSecret(let region, let id):
            guard let date = tx.get(Secret.self, region: region, id: id)?.deletionAt, date <= now else { return }
            try tx.delete(Secret.self, region: region, id: id)
        }
    }

    /// Adds a version: new ciphertexts are made by it, old ones still open.
    public func rotate(_ key: KMSKey, cause: KMSKey.Version.Cause, in tx: inout StoreTransaction, now: Date) throws {
        let number = (key.versions.map(\.number).max() ?? 0) + 1
        let version = try version(number, ofKey: key.id, region: key.region, cause: cause, at: now)
        try tx.update(KMSKey.self, region: key.region, id: key.id) { $0.versions.append(version) }
    }
}
