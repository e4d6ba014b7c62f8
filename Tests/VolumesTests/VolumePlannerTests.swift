import Testing

@testable import Volumes

@Suite struct VolumePlannerTests {
    static let gib: Int64 = 1 << 30
    static let plain = VolumeSpec(kind: .image, sizeBytes: 20 * gib)
    static let sealed = VolumeSpec(kind: .image, cipher: .fscrypt, sizeBytes: 20 * gib)
    static let directory = VolumeSpec(kind: .directory, sizeBytes: 20 * gib)
    static let sealedDirectory = VolumeSpec(kind: .directory, cipher: .gocryptfs, sizeBytes: 20 * gib)
    static let bytes = VolumeSize.imageBytes(storage: 20 * gib)
    static let half = VolumeSize.imageBytes(storage: 10 * gib)
    static let small = VolumeSize.imageBytes(storage: 2 * gib)

    static func mounted(_ image: Int64, storage: Int64? = 20 * gib, isUnlocked: Bool? = nil) -> VolumeState {
        VolumeState(
            imageBytes: image, hasMountPoint: true, mount: .here,
            room: .init(storageBytes: storage, freeBytes: gib, reserveBytes: gib, fullReserveBytes: gib), isUnlocked: isUnlocked)
    }

    struct Case: Sendable {
        let name: String
        let goal: VolumeGoal
        let spec: VolumeSpec
        let state: VolumeState
        let steps: [VolumeStep]

        init(_ name: String, _ goal: VolumeGoal, _ spec: VolumeSpec, _ state: VolumeState, _ steps: [VolumeStep]) {
            (self.name, self.goal, self.spec, self.state, self.steps) = (name, goal, spec, state, steps)
        }
    }

    static let make = VolumeGoal.attached(mayCreate: true)
    static let find = VolumeGoal.attached(mayCreate: false)

    static let images: [Case] = [
        Case("nothing there", make, plain, VolumeState(), [.makeImage(bytes), .makeMountPoint, .mountImage]),
        Case("its mount point there", make, plain, VolumeState(hasMountPoint: true), [.makeImage(bytes), .mountImage]),
        Case(
            "an image from the pool", make, plain, VolumeState(imageBytes: half, hasMountPoint: true), [.mountImage]),
        Case(
            "too small an image", make, plain, VolumeState(imageBytes: small, hasMountPoint: true),
            [.extendImage(bytes), .mountImage]),
        Case("after a reboot", find, plain, VolumeState(imageBytes: bytes, hasMountPoint: true), [.mountImage]),
        Case("as it should be", find, plain, mounted(bytes), []),
        Case("larger than it must be", find, plain, mounted(2 * bytes), []),
        Case("to grow", find, plain, mounted(bytes, storage: 10 * gib), [.limit(20 * gib)]),
        Case("to grow far", find, plain, mounted(small, storage: 2 * gib), [.extendImage(bytes), .limit(20 * gib)]),
        Case("killed before it was noted", find, plain, mounted(bytes, storage: nil), [.limit(20 * gib)]),
        Case(
            "killed while mounting", find, plain, VolumeState(imageBytes: bytes, hasMountPoint: true, isStaged: true),
            [.unstage, .mountImage]),
        Case("locked", find, sealed, mounted(bytes, isUnlocked: false), [.unlock]),
        Case("unlocked", find, sealed, mounted(bytes, isUnlocked: true), []),
    ]

    static let directories: [Case] = [
        Case("a plain one", make, directory, VolumeState(), [.makeMountPoint]),
        Case("a plain one that is there", find, directory, VolumeState(hasMountPoint: true), []),
        Case(
            "an encrypted one", make, sealedDirectory, VolumeState(),
            [.makeMountPoint, .makeCipherDirectory, .mountCipherDirectory]),
        Case(
            "after a reboot", find, sealedDirectory, VolumeState(hasCipherDirectory: true, hasMountPoint: true),
            [.mountCipherDirectory]),
        Case(
            "its program ended", find, sealedDirectory,
            VolumeState(hasCipherDirectory: true, hasMountPoint: true, mount: .broken), [.dropBroken, .mountCipherDirectory]),
        Case(
            "mounted", find, sealedDirectory, VolumeState(hasCipherDirectory: true, hasMountPoint: true, mount: .here), []),
    ]

    static let ends: [Case] = [
        Case("a mounted one is unmounted", .detached, plain, mounted(bytes), [.unmount]),
        Case("nothing is mounted", .detached, plain, VolumeState(imageBytes: bytes, hasMountPoint: true), []),
        Case("a half mount is undone", .detached, plain, VolumeState(imageBytes: bytes, isStaged: true), [.unstage]),
        Case("what is not ours stays", .detached, plain, VolumeState(hasMountPoint: true, mount: .foreign("/dev/sda")), []),
        Case("removed, mounted", .removed, plain, mounted(bytes), [.unmount, .deleteMountPoint, .deleteImage]),
        Case("removed already", .removed, plain, VolumeState(), []),
        Case(
            "removed, encrypted directory", .removed, sealedDirectory,
            VolumeState(hasCipherDirectory: true, hasMountPoint: true, mount: .broken),
            [.dropBroken, .deleteMountPoint, .deleteCipherDirectory]),
    ]

    @Test(arguments: images + directories + ends) func steps(_ example: Case) throws {
        #expect(try VolumePlanner.plan(example.goal, example.spec, example.state) == example.steps, "\(example.name)")
    }

    @Test func refusals() {
        #expect(throws: VolumeError.missing) { try VolumePlanner.plan(Self.find, Self.plain, VolumeState(hasMountPoint: true)) }
        #expect(throws: VolumeError.missing) {
            try VolumePlanner.plan(Self.find, Self.sealedDirectory, VolumeState(hasMountPoint: true))
        }
        var stuck = Self.mounted(Self.small, storage: 2 * Self.gib)
        stuck.canGrowMounted = false
        #expect(throws: VolumeError.needsUnmount) { try VolumePlanner.plan(Self.find, Self.plain, stuck) }
        stuck.mount = .none
        #expect(throws: Never.self) { try VolumePlanner.plan(Self.find, Self.plain, stuck) }
        let foreign = VolumeState(imageBytes: Self.bytes, hasMountPoint: true, mount: .foreign("/dev/sda"))
        #expect(throws: VolumeError.foreign("/dev/sda")) { try VolumePlanner.plan(Self.find, Self.plain, foreign) }
        for (kind, cipher) in [(VolumeKind.image, VolumeCipher.gocryptfs), (.directory, .fscrypt)] {
            let spec = VolumeSpec(kind: kind, cipher: cipher, sizeBytes: 1)
            #expect(throws: VolumeError.self) { try VolumePlanner.plan(Self.make, spec, VolumeState()) }
        }
    }

    @Test func sizes() {
        for gib: Int64 in [1, 5, 20, 21, 400, 65_536] {
            let storage = gib << 30
            let image = VolumeSize.imageBytes(storage: storage)
            #expect(image % VolumeSize.groupBytes == 0)
            #expect(image >= VolumeSize.leastImageBytes(storage: 3 * storage))
            #expect(VolumeSize.leastImageBytes(storage: storage) > storage + VolumeSize.reserveBytes(storage: storage))
        }
        #expect(VolumeSize.imageBytes(storage: 0) % VolumeSize.groupBytes == 0)
    }

    @Test func notes() {
        let note = VolumeNote(storageBytes: 5, reserveBytes: 7)
        #expect(VolumeNote(note.text) == note)
        for torn in ["", "5", "5 x", "1 2 3"] { #expect(VolumeNote(torn) == nil) }
    }

    @Test func offers() throws {
        let all = VolumeAbilities()
        let noRoot = VolumeAbilities(imageObstacle: "image volumes need root")
        let nothing = VolumeAbilities(imageObstacle: "a", fscryptObstacle: "b", gocryptfsObstacle: "install it")
        #expect(try VolumeOffer(.auto, all).kind == .image)
        #expect(try VolumeOffer(.auto, all).encrypted?.cipher == .fscrypt)
        #expect(try VolumeOffer(.directory, all).kind == .directory)
        #expect(try VolumeOffer(.directory, all).encrypted?.cipher == .gocryptfs)
        #expect(try VolumeOffer(.auto, noRoot).kind == .directory)
        #expect(try VolumeOffer(.auto, noRoot).reason == "image volumes need root")
        #expect(try VolumeOffer(.auto, nothing).encrypted == nil)
        #expect(try VolumeOffer(.auto, nothing).encryptionObstacle == "a; install it")
        #expect(throws: VolumeError.self) { try VolumeOffer(.image, noRoot) }
        let noKernel = try VolumeOffer(.auto, VolumeAbilities(fscryptObstacle: "b"))
        #expect(noKernel.kind == .image)
        #expect(noKernel.encrypted?.kind == .directory)
    }
}
