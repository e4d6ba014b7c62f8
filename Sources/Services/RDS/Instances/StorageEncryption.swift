internal import AWSWire
internal import Foundation
internal import Keys
internal import Resources

/// What a new instance is to have of encryption at rest.
struct StorageEncryption: Sendable, Equatable {
    let isWanted: Bool
    /// Nil for `alias/aws/rds`.
    let keyName: String?

    init(_ request: Request) throws {
        isWanted = try request.boolean("StorageEncrypted") ?? false
        keyName = try request.string("KmsKeyId")
        guard keyName == nil || isWanted else {
            throw Fault.invalidParameterCombination(
                "The parameter KmsKeyId can only be used when StorageEncrypted is turned on.")
        }
        if isWanted { try Self.checkPossible(request) }
    }

    private static func checkPossible(_ request: Request) throws {
        let desk = request.context.volumes
        guard desk.encrypted != nil else {
            throw Fault.invalidParameterCombination(
                "StorageEncrypted cannot be turned on here: \(desk.encryptionObstacle).")
        }
    }

    /// What a restored instance takes over: it is encrypted if its snapshot is, by the same KMS key.
    init(restoring snapshot: DBSnapshot, _ request: Request) throws {
        isWanted = snapshot.encryption != nil
        keyName = snapshot.encryption?.keyARN
        if isWanted { try Self.checkPossible(request) }
    }

    /// The volume of a new instance. Its key is made now, and known from now on to whoever may use the KMS key.
    func volume(
        of instance: DBInstance, in tx: inout StoreTransaction, _ request: Request
    ) throws -> DBInstance.Volume {
        guard isWanted, let offer = request.context.volumes.encrypted else {
            return DBInstance.Volume(kind: request.context.volumes.plain)
        }
        let keys = request.context.keys
        do {
            let key = try keys.key(named: keyName, default: .rds, region: instance.region, in: &tx, at: request.context.now())
            let wrapped = try keys.makeVolumeKey(instance: instance.resourceID, under: key)
            return DBInstance.Volume(
                kind: offer.kind,
                encryption: .init(method: offer.method, keyARN: key.arn(account: keys.account), dataKey: Data(wrapped)))
        } catch let error as KeyError {
            throw RDSFault.keyNotAccessible("\(error)")
        }
    }
}
