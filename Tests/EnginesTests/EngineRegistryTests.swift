import Foundation
import Logging
import Resources
import Testing

@testable import Engines

@Suite struct EngineRegistryTests {
    static let registry = EngineRegistry(
        host: EngineHost(directory: "/tmp/martlet-none", user: nil), logger: Logger(label: "test"))

    @Test func knowsPostgreSQL() throws {
        let traits = try #require(Self.registry.traits(of: "postgres"))
        #expect(traits.defaultPort == 5432)
        #expect(traits.licenseModel == "postgresql-license")
        #expect(traits.masterPasswordLength == 8...128)
        #expect(Self.registry.engine(named: "postgres")?.versions == Self.registry.versions(of: "postgres"))
        #expect(Self.registry.engine(named: "oracle-ee") == nil)
        #expect(Self.registry.versions(of: "oracle-ee") == [])
    }

    @Test(arguments: ["rdsadmin", "admin", "rds_superuser", "pg_monitor", "user", "select", "public"])
    func keepsNamesForItself(_ name: String) {
        #expect(EngineTraits.postgreSQL.reservedUsernames.contains(name))
    }

    @Test(arguments: ["postgres", "master", "cruddur", "root"]) func leavesOthersFree(_ name: String) {
        #expect(!EngineTraits.postgreSQL.reservedUsernames.contains(name))
        #expect(!EngineTraits.postgreSQL.reservedDatabaseNames.contains(name))
    }

    @Test func hashesPasswords() throws {
        let verifier = try Self.registry.passwordVerifier(engine: "postgres", password: "a fine password")
        #expect(SCRAMVerifier(verifier)?.iterations == 4096)
        #expect(throws: EngineError.self) { try Self.registry.passwordVerifier(engine: "oracle-ee", password: "a fine password") }
    }

    @Test func lookingAroundLeavesNoTrace() {
        #expect(!FileSystem.exists("/tmp/martlet-none"))
    }
}
