public import Crypto
public import Volumes

/// The volume that an instance's directory is on, and what it takes to open it.
public struct InstanceVolume: Sendable {
    public var host: VolumeHost
    public var site: VolumeSite
    public var spec: VolumeSpec
    /// Nil where nothing is encrypted.
    public var key: SymmetricKey?

    public init(host: VolumeHost, site: VolumeSite, spec: VolumeSpec, key: SymmetricKey?) {
        self.host = host
        self.site = site
        self.spec = spec
        self.key = key
    }

    /// Mounts it; blocks.
    public func attach(mayCreate: Bool) throws { try host.attach(spec, at: site, key: key, mayCreate: mayCreate) }
}

extension EngineHost {
    /// The volumes of the data directory.
    public var volumes: VolumeHost { VolumeHost(directory: directory, serversRunAsOthers: user != nil) }
}
