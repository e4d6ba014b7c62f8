public import Foundation
public import Resources

/// Seals what a former Martlet stored in plain text.
extension KeyRing {
    /// Does nothing where there is nothing to seal. Cut short at any instant, the next start does it again.
    ///
    /// - Returns: how many values were sealed.
    @discardableResult
    public func sealPlainSecrets(in store: Store, now: Date) async throws -> Int {
        guard try await store.holdsPlainSecrets() else { return 0 }
        let sealed = try await store.write { [self] tx in try sealVersions(in: &tx, now: now) }
        try await store.erasePlainSecrets()
        return sealed
    }

    func sealVersions(in tx: inout StoreTransaction, now: Date) throws -> Int {
        var count = 0
        for secret in tx.list(Secret.self, region: nil) where secret.versions.contains(where: { $0.secretString != nil }) {
            count += try sealVersions(of: secret, in: &tx, now: now)
        }
        return count
    }

    private func sealVersions(of secret: Secret, in tx: inout StoreTransaction, now: Date) throws -> Int {
        let key = try key(of: secret, in: &tx, at: now)
        var versions = secret.versions
        var count = 0
        for index in versions.indices {
            guard let plain = versions[index].secretString else { continue }
            versions[index].sealed = try seal(.string(plain), secret: secret.arn, version: versions[index].id, under: key)
            versions[index].secretString = nil
            count += 1
        }
        let new = versions
        try tx.update(Secret.self, region: secret.region, id: secret.id) { $0.versions = new }
        for instance in tx.list(DBInstance.self, region: secret.region) where instance.master.secretARN == secret.arn {
            try tx.update(DBInstance.self, region: instance.region, id: instance.id) {
                $0.master.secretKeyARN = key.arn(account: account)
            }
        }
        return count
    }
}
