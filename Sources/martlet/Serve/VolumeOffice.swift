internal import Cgroups
internal import Convergence
internal import Resources
internal import Volumes

/// What services are told of volumes.
struct VolumeOffice: VolumeDesk {
    let offer: VolumeOffer
    let host: VolumeHost
    /// Nil where nothing is limited.
    let groups: InstallationGroups?

    var plain: DBInstance.Volume.Kind { Self.kind(offer.kind) }

    var encrypted: (kind: DBInstance.Volume.Kind, method: DBInstance.Volume.Encryption.Method)? {
        guard let (kind, cipher) = offer.encrypted else { return nil }
        return (Self.kind(kind), cipher == .gocryptfs ? .gocryptfs : .fscrypt)
    }

    var encryptionObstacle: String { offer.encryptionObstacle }

    func speedObstacle(_ kind: DBInstance.Volume.Kind) -> String? {
        guard kind == .image else {
            return "files in a plain directory share its device with others" + (offer.reason.map { " (\($0))" } ?? "")
        }
        guard let groups else { return "nothing is limited here" }
        return groups.ioObstacle()
    }

    func roomGiB(for instance: DBInstance) -> Int? {
        instance.hasRealSize ? host.roomGiB(of: host.site(instance: instance.id)) : nil
    }

    private static func kind(_ kind: VolumeKind) -> DBInstance.Volume.Kind { kind == .image ? .image : .directory }

    /// For `martlet status`: `image`, `directory (image volumes need root)`.
    var description: String {
        let encryption =
            offer.encrypted.map { "encryption by \($0.cipher.rawValue)" } ?? "no encryption (\(offer.encryptionObstacle))"
        return "\(offer.kind.rawValue)\(offer.reason.map { " (\($0))" } ?? ""), \(encryption)"
    }
}

extension ServeCommand {
    var volumeWish: VolumeOffer.Wish {
        switch volumes {
        case .auto: .auto
        case .image: .image
        case .directory: .directory
        }
    }
}
