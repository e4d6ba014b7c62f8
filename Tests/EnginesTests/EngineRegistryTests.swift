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

    @Test func knowsMariaDBByBothNames() throws {
        let own = try #require(Self.registry.traits(of: "mariadb"))
        let other = try #require(Self.registry.traits(of: "mysql"))
        #expect(own.defaultPort == 3306 && other.defaultPort == 3306)
        #expect(own.licenseModel == "general-public-license" && other.licenseModel == "general-public-license")
        #expect(own.masterPasswordLength == 8...41 && own.databaseNameLength == 1...64)
        #expect(own.substitute == nil)
        #expect(other.substitute?.product == "MariaDB")
        #expect(other.servedAs == "MariaDB in place of MySQL")
        #expect(own.version("10.11.19") == EngineVersion(version: "10.11.19", family: "mariadb10.11", major: "10.11"))
        #expect(other.version("10.11.19") == EngineVersion(version: "10.11.19", family: "mysql8.0", major: "8.0"))
    }

    @Test(arguments: ["admin", "root", "master", "cruddur"]) func mariaDBLeavesNamesFree(_ name: String) {
        #expect(!EngineTraits.mariaDB.reservedUsernames.contains(name))
    }

    @Test(arguments: ["rdsadmin", "select", "public", "current_user"]) func mariaDBKeepsNames(_ name: String) {
        #expect(EngineTraits.mariaDB.reservedUsernames.contains(name))
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
