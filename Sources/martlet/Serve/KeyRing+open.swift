internal import Foundation
internal import Keys
internal import Logging
internal import Resources

extension KeyRing {
    /// Opens the root key, and ends what a former start has begun: a rotation of the root, the sealing of old secrets.
    static func open(
        _ directory: DataDirectory, _ source: MasterKeySource, _ store: Store, account: String, logger: Logger
    ) async throws -> KeyRing {
        let now = Date()
        let master = try MasterKey(
            directory: directory.keys, source: source, hasKeys: !store.list(KMSKey.self).isEmpty, now: now)
        let keys = KeyRing(master.roots, account: account)
        if master.isRotating {
            try await keys.rewrapAll(in: store)
            try master.forgetFormer(now: now)
            logger.info("the rotation of the root key has been finished")
        }
        let sealed = try await keys.sealPlainSecrets(in: store, now: now)
        if sealed > 0 {
            logger.info("values of secrets were in plain text and are encrypted now", metadata: ["count": "\(sealed)"])
        }
        return keys
    }
}
