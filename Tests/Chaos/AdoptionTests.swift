import Foundation
import IntegrationSupport
import Testing

@Suite(
    .serialized, .enabled(if: Toolbox.hasMartlet, "the martlet program is not built"),
    .enabled(if: Toolbox.python != nil, "no Python with boto3, psycopg and pymysql: scripts/test installs them"))
struct AdoptionTests {
    /// `MARTLET_CHAOS_KILLS` and `MARTLET_CHAOS_SEED` choose another run; both are printed.
    @Test("The control plane is killed at random instants: all converges, nothing leaks, no client is dropped")
    func adoptsAfterKill() async throws {
        let kills = Toolbox.environment["MARTLET_CHAOS_KILLS"].flatMap { Int($0) } ?? 200
        let seed = Toolbox.environment["MARTLET_CHAOS_SEED"] ?? String(UInt32.random(in: 1...UInt32.max))
        let scenario = Scenario("Tests/Chaos/Scenarios/adopt_after_sigkill.py", within: .seconds(60 + 6 * kills))
        try await scenario.run(environment: ["MARTLET_CHAOS_KILLS": "\(kills)", "MARTLET_CHAOS_SEED": seed])
    }

    /// `MARTLET_CHAOS_KILLS` and `MARTLET_CHAOS_SEED` choose another run; both are printed. Rounds take seconds here, so these
    /// are few.
    @Test("The control plane is killed while snapshots come and go and storage grows: none is half, nothing is lost or left")
    func keepsSnapshotsWhole() async throws {
        let kills = Toolbox.environment["MARTLET_CHAOS_KILLS"].flatMap { Int($0) } ?? 40
        let seed = Toolbox.environment["MARTLET_CHAOS_SEED"] ?? String(UInt32.random(in: 1...UInt32.max))
        let scenario = Scenario("Tests/Chaos/Scenarios/snapshots_under_sigkill.py", within: .seconds(180 + 30 * kills))
        try await scenario.run(environment: ["MARTLET_CHAOS_KILLS": "\(kills)", "MARTLET_CHAOS_SEED": seed])
    }
}
