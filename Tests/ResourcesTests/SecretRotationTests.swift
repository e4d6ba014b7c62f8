import Foundation
import Resources
import Testing

@Suite struct SecretRotationTests {
    private static let start = Date(timeIntervalSince1970: 1_800_000_000)

    private func secret(owner: String? = "rds") -> Secret {
        Secret(
            region: "us-east-1", arn: "arn", name: "n", description: "", owningService: owner, kmsKeyID: nil,
            createdAt: Self.start, versions: [version("1", ["AWSCURRENT"])], tags: [])
    }

    private func version(_ id: String, _ stages: [String] = []) -> Secret.Version {
        let sealed = Secret.Sealed(keyID: "k", dataKey: Data(), body: Data(id.utf8), isBinary: false)
        return Secret.Version(id: id, stages: stages, sealed: sealed, createdAt: Self.start)
    }

    @Test func aPendingValueChangesNothingUntilItIsPromoted() {
        var secret = secret()
        secret.stagePending(version("2"))
        #expect(secret.current?.id == "1" && secret.pending?.id == "2")
        secret.stagePending(version("3"))
        #expect(secret.versions.map(\.id) == ["1", "3"])
        secret.promotePending(at: Self.start + 3)
        #expect(secret.current?.id == "3" && secret.pending == nil)
        #expect(secret.versions.first { $0.stages == ["AWSPREVIOUS"] }?.id == "1")
        #expect(secret.lastRotatedAt == Self.start + 3)
        let once = secret
        secret.promotePending(at: Self.start + 4)
        #expect(secret == once)
    }

    @Test func onlyOneFormerValueIsKept() {
        var secret = secret()
        for id in ["2", "3", "4"] {
            secret.stagePending(version(id))
            secret.promotePending(at: Self.start)
        }
        #expect(secret.versions.map(\.id) == ["3", "4"])
    }

    @Test(
        arguments: [
            (7, nil, 7.0), (nil, nil, nil), (7, Secret.Rotation(enabled: true, days: 30), 30),
            (nil, Secret.Rotation(enabled: true, days: 30), 30), (7, Secret.Rotation(enabled: false, days: 30), nil),
        ] as [(Int?, Secret.Rotation?, Double?)])
    func schedule(_ installation: Int?, _ own: Secret.Rotation?, _ days: Double?) {
        var secret = secret()
        secret.rotation = own
        let schedule = RotationSchedule(days: installation)
        #expect(schedule.next(for: secret) == days.map { Self.start + $0 * 86_400 })
        secret.lastRotatedAt = Self.start + 100
        #expect(schedule.next(for: secret) == days.map { Self.start + 100 + $0 * 86_400 })
    }

    @Test func whatRDSDoesNotManageDoesNotRotate() {
        #expect(RotationSchedule().next(for: secret(owner: nil)) == nil)
    }
}
