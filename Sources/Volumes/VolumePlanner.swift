/// One step towards a volume as it should be. Each may be repeated, and may be cut short at any instant.
public enum VolumeStep: Sendable, Equatable {
    case makeMountPoint
    /// Makes and formats an image of so many bytes.
    case makeImage(Int64)
    /// Makes the image file longer.
    case extendImage(Int64)
    /// Undoes a mount that was cut short.
    case unstage
    /// Takes a mount away whose program has ended.
    case dropBroken
    case mountImage
    case unlock
    /// Lets servers fill so many bytes.
    case limit(Int64)
    case makeCipherDirectory
    case mountCipherDirectory
    case unmount
    case deleteImage
    case deleteCipherDirectory
    /// Removes the mount point, if nothing is in it.
    case deleteMountPoint
}

public enum VolumeGoal: Sendable, Equatable {
    /// Mounted, as large as it should be. What is missing is made only where that may be.
    case attached(mayCreate: Bool)
    case detached
    case removed
}

/// What follows from what is wanted of a volume and what was found: pure.
public enum VolumePlanner {
    /// - Throws: `VolumeError` when no step leads there.
    public static func plan(_ goal: VolumeGoal, _ spec: VolumeSpec, _ state: VolumeState) throws(VolumeError) -> [VolumeStep] {
        switch goal {
        case .attached(let mayCreate): try attach(spec, state, mayCreate)
        case .detached: detach(state)
        case .removed: remove(state)
        }
    }

    private static func attach(
        _ spec: VolumeSpec, _ state: VolumeState, _ mayCreate: Bool
    ) throws(VolumeError) -> [VolumeStep] {
        if case .foreign(let what) = state.mount { throw .foreign(what) }
        guard state.exists(spec) || mayCreate else { throw .missing }
        switch (spec.kind, spec.cipher) {
        case (.image, .gocryptfs): throw .unsupported("gocryptfs is for directory volumes")
        case (.directory, .fscrypt): throw .unsupported("fscrypt is for image volumes")
        case (.directory, .none): return state.hasMountPoint ? [] : [.makeMountPoint]
        case (.directory, .gocryptfs): return cipherDirectory(state)
        case (.image, _): return try image(spec, state)
        }
    }

    private static func image(_ spec: VolumeSpec, _ state: VolumeState) throws(VolumeError) -> [VolumeStep] {
        let bytes = VolumeSize.imageBytes(storage: spec.sizeBytes)
        var steps: [VolumeStep] = state.isStaged ? [.unstage] : []
        if let found = state.imageBytes {
            // Images never shrink: one that is larger than it must be stays so.
            let isTooSmall = found < VolumeSize.leastImageBytes(storage: spec.sizeBytes)
            if isTooSmall, state.mount == .here, !state.canGrowMounted { throw .needsUnmount }
            if isTooSmall { steps.append(.extendImage(bytes)) }
        } else {
            steps.append(.makeImage(bytes))
        }
        guard state.mount == .here else {
            if state.mount == .broken { steps.append(.dropBroken) }
            if !state.hasMountPoint { steps.append(.makeMountPoint) }
            return steps + [.mountImage]
        }
        if spec.cipher == .fscrypt, state.isUnlocked == false { steps.append(.unlock) }
        if state.room?.storageBytes != spec.sizeBytes { steps.append(.limit(spec.sizeBytes)) }
        return steps
    }

    private static func cipherDirectory(_ state: VolumeState) -> [VolumeStep] {
        if state.mount == .here { return [] }
        var steps: [VolumeStep] = state.mount == .broken ? [.dropBroken] : []
        if !state.hasMountPoint { steps.append(.makeMountPoint) }
        if !state.hasCipherDirectory { steps.append(.makeCipherDirectory) }
        return steps + [.mountCipherDirectory]
    }

    private static func detach(_ state: VolumeState) -> [VolumeStep] {
        var steps: [VolumeStep] = []
        if state.mount == .here { steps.append(.unmount) }
        if state.mount == .broken { steps.append(.dropBroken) }
        if state.isStaged { steps.append(.unstage) }
        return steps
    }

    /// What shows that there is a volume goes last: whoever was cut short before is told to begin again.
    private static func remove(_ state: VolumeState) -> [VolumeStep] {
        var steps = detach(state)
        if state.hasMountPoint { steps.append(.deleteMountPoint) }
        if state.imageBytes != nil { steps.append(.deleteImage) }
        if state.hasCipherDirectory { steps.append(.deleteCipherDirectory) }
        return steps
    }
}
