import Foundation
import IntegrationSupport
import Testing

@Suite(
    .serialized, .enabled(if: Toolbox.hasMartlet, "the martlet program is not built"),
    .enabled(if: Toolbox.python != nil, "no Python with boto3, psycopg and pymysql: scripts/test installs them"))
struct AdoptionTests {
    @Test("The control plane is killed at random instants: all converges, nothing leaks, no client is dropped")
    func adoptsAfterKill() async throws {
        try await Self.kill("adopt_after_sigkill.py", times: 200, setUp: .seconds(60), round: .seconds(6))
    }

    @Test("The control plane is killed while snapshots come and go and storage grows: none is half, nothing is lost or left")
    func keepsSnapshotsWhole() async throws {
        try await Self.kill("snapshots_under_sigkill.py", times: 200, setUp: .seconds(180), round: .seconds(30))
    }

    @Test(
        "The same where snapshots are images that share blocks",
        .enabled(if: TestDisk.sharingObstacle == nil, "\(TestDisk.sharingObstacle ?? "")"))
    func keepsImagesWhole() async throws {
        try await Self.kill("snapshots_under_sigkill.py", times: 60, setUp: .seconds(180), round: .seconds(30), on: .sharing)
    }

    /// `MARTLET_CHAOS_KILLS` and `MARTLET_CHAOS_SEED` choose another run; both are printed.
    private static func kill(
        _ scenario: String, times: Int, setUp: Duration, round: Duration, on disk: TestDisk = .ordinary
    ) async throws {
        let kills = Toolbox.environment["MARTLET_CHAOS_KILLS"].flatMap { Int($0) } ?? times
        let seed = Toolbox.environment["MARTLET_CHAOS_SEED"] ?? String(UInt32.random(in: 1...UInt32.max))
        try await Scenario("Tests/Chaos/Scenarios/\(scenario)", within: setUp + round * kills, on: disk)
            .run(environment: ["MARTLET_CHAOS_KILLS": "\(kills)", "MARTLET_CHAOS_SEED": seed])
    }
}
