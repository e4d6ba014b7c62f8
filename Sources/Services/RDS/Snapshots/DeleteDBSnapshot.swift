internal import AWSWire
internal import Resources

/// Gives a snapshot up. Convergence deletes its files.
enum DeleteDBSnapshot: Operation {
    static let action = "DeleteDBSnapshot"
    static let parameters: [ParameterRule] = [.works("DBSnapshotIdentifier", "A name or an ARN.")]

    static func run(_ request: Request) async throws -> Answer {
        let identifier = try request.snapshotIdentifier()
        _ = try request.snapshot(identifier)
        let deleted = try await request.context.store.write { transaction in
            let current = try transaction.snapshot(identifier, region: request.region)
            try check(current, transaction)
            return try transaction.update(DBSnapshot.self, region: current.region, id: current.id) {
                $0.operation = .init(kind: .delete, requestedAt: request.context.now())
            }
        }
        return request.answer(deleted)
    }

    private static func check(_ snapshot: DBSnapshot, _ transaction: StoreTransaction) throws {
        guard !snapshot.status.isTransitional else {
            throw RDSFault.invalidSnapshotState(
                "The snapshot \(snapshot.identifier) cannot be deleted while it is \(snapshot.status.rawValue).")
        }
        guard snapshot.type == .manual else {
            throw RDSFault.invalidSnapshotState("Only manual snapshots may be deleted.")
        }
        if let copy = transaction.list(DBSnapshot.self).first(where: { $0.copiedFrom == snapshot.id }) {
            throw RDSFault.invalidSnapshotState(
                "The snapshot \(snapshot.identifier) cannot be deleted while it is copied to \(copy.identifier).")
        }
        let restored = transaction.list(DBInstance.self).first {
            $0.createdAt == nil && $0.source?.snapshot == snapshot.id && $0.operation?.kind != .delete
        }
        if let restored {
            throw RDSFault.invalidSnapshotState(
                "The snapshot \(snapshot.identifier) cannot be deleted while \(restored.identifier) is restored from it.")
        }
    }
}
