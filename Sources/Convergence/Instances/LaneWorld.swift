internal import Engines
internal import Logging
internal import Resources

/// What every lane works with.
struct LaneWorld: Sendable {
    let store: Store
    let board: ObservationBoard
    let engines: any EngineDirectory
    let routes: RoutePublisher
    let hosts: HostsFile
    let addresses: AddressAllocator
    let naming: EndpointNaming
    let access: AccessPolicy
    let identity: EndpointIdentity
    let volumes: InstanceVolumes
    let events: InstanceEvents
    let snapshots: SnapshotShelf
    /// Bounds how many steps load the machine at once.
    let heavy: AsyncSemaphore
    /// Set when a warm cluster has been taken.
    let poolWake: LaneWake
    /// Servers are held to what their class promises.
    let limitsByClass: Bool
    let logger: Logger
}
