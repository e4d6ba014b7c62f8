import Resources

/// A host that does whatever a test wants of volumes.
struct FakeVolumes: VolumeDesk {
    var plain = DBInstance.Volume.Kind.image
    var method: DBInstance.Volume.Encryption.Method? = .fscrypt
    var encryptionObstacle = "install gocryptfs"
    var roomGiB = 1000

    var encrypted: (kind: DBInstance.Volume.Kind, method: DBInstance.Volume.Encryption.Method)? {
        method.map { ($0 == .fscrypt ? .image : .directory, $0) }
    }

    func roomGiB(for instance: DBInstance) -> Int? { instance.hasRealSize ? roomGiB : nil }
}
