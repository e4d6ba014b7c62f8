import Crypto
import Foundation
import Resources
import Testing

@testable import Keys

@Suite struct KeyRingTests {
    static let start = Date(timeIntervalSince1970: 1_800_000_000)
    static let region = "us-east-1"
    let ring = KeyRing(.ephemeral(), account: "123456789012")
    let store: Store

    init() throws { store = try Store.inMemory() }

    private func key(_ region: String = region) async throws -> KMSKey {
        try await store.write { [ring] tx in
            let key = try ring.makeKey(
                region: region, manager: .customer, description: "", policy: "{}", tags: [], at: Self.start)
            try tx.insert(key)
            return key
        }
    }

    private func stored(_ key: KMSKey) throws -> KMSKey {
        try #require(store.get(KMSKey.self, region: key.region, id: key.id))
    }

    @Test func afterARotationOldCiphertextsOpenAndNewOnesAreOfTheNewMaterial() async throws {
        let key = try await key()
        let old = try ring.encrypt(Data("old".utf8), under: key, [:])
        try await store.write { [ring] tx in try ring.rotate(key, cause: .onDemand, in: &tx, now: Self.start) }
        let rotated = try stored(key)
        let new = try ring.encrypt(Data("new".utf8), under: rotated, [:])
        #expect((old.version, new.version) == (1, 2))
        #expect(try ring.decrypt(old, under: rotated, [:]) == Data("old".utf8))
        #expect(try ring.decrypt(new, under: rotated, [:]) == Data("new".utf8))
        #expect(throws: KeyError.invalidCiphertext) { try ring.decrypt(new, under: key, [:]) }
    }

    @Test func twoEncryptionsHaveNothingInCommon() async throws {
        let key = try await key()
        let blobs = try (0..<100).map { _ in try ring.encrypt(Data("x".utf8), under: key, [:]) }
        #expect(Set(blobs.map(\.salt)).count == 100)
        #expect(Set(blobs.map(\.nonce)).count == 100)
    }

    @Test(arguments: [
        (KMSKey.State.disabled, true), (.pendingDeletion(at: start, windowDays: 7), false),
    ])
    func aKeyThatIsNotEnabledDoesNothing(state: KMSKey.State, isDisabled: Bool) async throws {
        var key = try await key()
        let blob = try ring.encrypt(Data("x".utf8), under: key, [:])
        key.state = state
        let arn = "arn:aws:kms:us-east-1:123456789012:key/\(key.id)"
        let error = isDisabled ? KeyError.disabled(arn: arn) : .pendingDeletion(arn: arn)
        #expect(throws: error) { try ring.encrypt(Data("x".utf8), under: key, [:]) }
        #expect(throws: error) { try ring.decrypt(blob, under: key, [:]) }
    }

    @Test func anotherKeyOrAnotherInstallationOpensNothing() async throws {
        let (key, other) = (try await key(), try await key())
        let blob = try ring.encrypt(Data("x".utf8), under: key, [:])
        #expect(throws: KeyError.incorrectKey) { try ring.decrypt(blob, under: other, [:]) }
        let stranger = KeyRing(.ephemeral(), account: "123456789012")
        let error = #expect(throws: KeyError.self) { try stranger.decrypt(blob, under: key, [:]) }
        guard case .unusableMaterial = error else {
            Issue.record("\(String(describing: error))")
            return
        }
    }

    @Test func dataKeysAreWrappedRewrappedAndBoundToTheirContext() async throws {
        let (key, other) = (try await key(), try await key())
        let context: EncryptionContext = ["aws:rds:db-id": "db-X"]
        let made = try ring.makeDataKey(under: key, context)
        #expect(made.key.bitCount == 256)
        #expect(try ring.dataKey(from: made.wrapped, context, region: Self.region, in: store) == made.key)
        #expect(throws: KeyError.invalidCiphertext) {
            try ring.dataKey(from: made.wrapped, ["aws:rds:db-id": "db-Y"], region: Self.region, in: store)
        }
        #expect(throws: KeyError.notFound(key.id)) {
            try ring.dataKey(from: made.wrapped, context, region: "eu-west-1", in: store)
        }
        let moved = try ring.rewrap(made.wrapped, context, region: Self.region, under: other, [:], in: store)
        #expect(try CiphertextBlob(moved).keyID == other.id)
        #expect(try ring.dataKey(from: moved, [:], region: Self.region, in: store) == made.key)
    }

    @Test func aNewRootWrapsEverythingAndTheOldOneIsForgotten() async throws {
        let keys = [try await key(), try await key("eu-west-1")]
        let blobs = try keys.map { try ring.encrypt(Data($0.id.utf8), under: $0, [:]) }
        let next = KeyRing(RootKeys(current: .fresh(), former: [ring.roots.current]), account: ring.account)
        try await next.rewrapAll(in: store)
        try await next.rewrapAll(in: store)
        let alone = KeyRing(RootKeys(current: next.roots.current), account: ring.account)
        for (key, blob) in zip(keys, blobs) {
            let now = try stored(key)
            #expect(now.versions.map(\.rootID) == [next.roots.current.id])
            #expect(now.versions.map(\.materialID) == key.versions.map(\.materialID))
            #expect(try alone.decrypt(blob, under: now, [:]) == Data(key.id.utf8))
            #expect(throws: KeyError.self) { try ring.decrypt(blob, under: now, [:]) }
        }
    }

    @Test(arguments: [
        ("alias/x", KeyName.alias("alias/x")), ("1234", .id("1234")),
        ("arn:aws:kms:us-east-1:123456789012:key/1234", .id("1234")),
        ("arn:aws:kms:us-east-1:123456789012:alias/a/b", .alias("alias/a/b")),
    ])
    func names(text: String, name: KeyName) throws {
        #expect(try KeyName(text, region: Self.region, account: "123456789012") == name)
    }

    @Test(arguments: [
        "arn:aws:kms:eu-west-1:123456789012:key/1234", "arn:aws:kms:us-east-1:999999999999:key/1234",
        "arn:aws:rds:us-east-1:123456789012:key/1234", "arn:aws:kms:us-east-1:123456789012:grant/1234",
        "arn:aws-cn:kms:us-east-1:123456789012:key/1234",
    ])
    func namesOfElsewhere(text: String) {
        #expect(throws: KeyError.notFound(text)) { try KeyName(text, region: Self.region, account: "123456789012") }
    }

    @Test func aKeyOfAWSIsMadeOnceForEachRegion() async throws {
        let make = { @Sendable (region: String) in
            try await store.write { [ring] tx in
                try ring.key(named: nil, default: .rds, region: region, in: &tx, at: Self.start)
            }
        }
        let first = try await make("us-east-1")
        #expect(try await make("us-east-1") == first)
        #expect(try await make("eu-west-1").id != first.id)
        #expect(first.manager == .aws)
        #expect(first.rotation?.nextAt == Self.start + 365 * 86_400)
        #expect(store.key(.alias("alias/aws/rds"), region: "us-east-1") == first)
        await #expect(throws: KeyError.notFound("alias/aws/s3")) {
            try await store.write { [ring] tx in
                _ = try ring.key(named: "alias/aws/s3", default: .rds, region: "us-east-1", in: &tx, at: Self.start)
            }
        }
    }
}
