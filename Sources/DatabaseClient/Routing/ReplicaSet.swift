/// The pools of those who answer reads.
final class ReplicaSet: Sendable {
    let writer: SessionSource

    init(_ configuration: DatabaseConfiguration, writer: SessionSource) throws(DatabaseError) {
        self.writer = writer
    }

    func shutdown() async {}
}
