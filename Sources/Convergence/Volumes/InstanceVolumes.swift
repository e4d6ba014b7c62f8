internal import Cgroups
internal import Crypto
internal import Engines
internal import Keys
internal import Resources
internal import Volumes

/// The volumes of instances, as convergence looks at them and deals with them.
struct InstanceVolumes: Sendable {
    let host: VolumeHost
    /// Who servers run as; nil for ourselves.
    let serverUser: UInt32?

    /// Nil where there is nothing to mount: files in a plain directory.
    func spec(of instance: DBInstance, _ engine: any Engine) -> VolumeSpec? {
        guard let volume = instance.volume else { return nil }
        let cipher: VolumeCipher =
            switch volume.encryption?.method {
            case nil: .none
            case .fscrypt: .fscrypt
            case .gocryptfs: .gocryptfs
            }
        let spec = VolumeSpec(
            kind: volume.kind == .image ? .image : .directory, cipher: cipher,
            sizeBytes: Int64(instance.spec.allocatedStorage) << 30, graceUser: engine.needsReserve ? serverUser : nil)
        return spec.isMounted ? spec : nil
    }

    /// The volume with its key.
    ///
    /// - Throws: `KeyError` while that cannot be had.
    func volume(
        of instance: DBInstance, _ engine: any Engine, keys: KeyRing, in documents: some DocumentReader
    ) throws -> InstanceVolume? {
        guard let spec = spec(of: instance, engine) else { return nil }
        let key = try keys.volumeKey(of: instance, in: documents)
        return InstanceVolume(host: host, site: host.site(instance: instance.id), spec: spec, key: key)
    }

    /// Nil where there is nothing to mount.
    func look(
        _ instance: DBInstance, _ engine: any Engine, keys: KeyRing, in documents: some DocumentReader
    ) async -> VolumeSight? {
        guard let spec = spec(of: instance, engine) else { return nil }
        var sight = VolumeSight(isMounted: false, exists: false, isAsWanted: false)
        if case .failure(let error) = Result(catching: { try keys.volumeKey(of: instance, in: documents) }) {
            sight.keyProblem = "\(error)"
        }
        do {
            let state = try await host.run { host in try host.state(of: host.site(instance: instance.id), spec) }
            sight.isMounted = state.mount == .here
            sight.exists = state.exists(spec)
            if spec.kind == .image { sight.room = state.room }
            sight.device = state.device.map { BlockDevice(major: $0.major, minor: $0.minor) }
            let steps = try VolumePlanner.plan(.attached(mayCreate: false), spec, state)
            sight.isAsWanted = sight.isMounted && steps.isEmpty
        } catch VolumeError.needsUnmount {
            sight.needsUnmount = true
        } catch {
            // The step that is due because of that says why.
            sight.isAsWanted = false
        }
        return sight
    }

    func detach(_ instance: DBInstance, _ engine: any Engine) async throws {
        guard let spec = spec(of: instance, engine) else { return }
        try await host.run { host in try host.detach(spec, at: host.site(instance: instance.id)) }
    }

    func remove(_ instance: DBInstance, _ engine: any Engine) async throws {
        guard let spec = spec(of: instance, engine) else { return }
        try await host.run { host in try host.remove(spec, at: host.site(instance: instance.id)) }
    }
}
