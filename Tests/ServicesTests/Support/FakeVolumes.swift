import Resources

/// A host that does whatever a test wants of volumes.
struct FakeVolumes: VolumeDesk {
    var plain = DBInstance.Volume.Kind.image
    var method: DBInstance.Volume.Encryption.Method? = .fscrypt
    var encryptionObstacle = "install gocryptfs"
    var roomGiB = 1000
    /// Of images; directories never have a speed.
    var speedObstacle: String?

    var encrypted: (kind: DBInstance.Volume.Kind, method: DBInstance.Volume.Encryption.Method)? {
        method.map { ($0 == .fscrypt ? .image : .directory, $0) }
    }

    func speedObstacle(_ kind: DBInstance.Volume.Kind) -> String? { kind == .image ? speedObstacle : "a plain directory" }

    func roomGiB(for instance: DBInstance) -> Int? { instance.hasRealSize ? roomGiB : nil }
}
