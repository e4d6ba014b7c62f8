public import Cgroups
public import Volumes

/// What a plan needs to know of an instance's volume.
public struct VolumeSight: Sendable, Equatable {
    public var isMounted: Bool
    /// Its image, or its encrypted directory, is there.
    public var exists: Bool
    /// Mounted, open, and as large as it should be.
    public var isAsWanted: Bool
    /// It can only become so while it is not mounted.
    public var needsUnmount: Bool
    /// Nil while nothing is mounted, and where the size is a number alone.
    public var room: VolumeState.Room?
    /// Why its key cannot be had.
    public var keyProblem: String?
    /// What its image is attached to; nil while it is not mounted, and where files are in a plain directory.
    public var device: BlockDevice?

    public init(
        isMounted: Bool, exists: Bool = true, isAsWanted: Bool = true, needsUnmount: Bool = false,
        room: VolumeState.Room? = nil, keyProblem: String? = nil, device: BlockDevice? = nil
    ) {
        self.isMounted = isMounted
        self.exists = exists
        self.isAsWanted = isAsWanted
        self.needsUnmount = needsUnmount
        self.room = room
        self.keyProblem = keyProblem
        self.device = device
    }
}
