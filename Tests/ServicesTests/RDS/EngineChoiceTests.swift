import AWSWire
import Resources
import Testing

@testable import Services

@Suite struct EngineChoiceTests {
    private let catalog = FakeCatalog()

    private func choose(_ version: String?, exact: Bool = false) throws -> EngineChoice {
        try EngineChoice.choose(engine: FakeCatalog.postgres, requested: version, exact: exact, catalog)
    }

    @Test(
        arguments: [
            (nil, "16.4", nil), ("15", "15.20", nil), ("15.18", "15.18", nil), ("15.18-R2", "15.18", nil),
            ("14.6", "15.18", "14.6"), ("15.19", "15.20", "15.19"), ("15.99", "16.4", "15.99"), ("9.6", "15.18", "9.6"),
        ] as [(String?, String, String?)])
    func theVersionOrTheNearestAbove(requested: String?, serving: String, substitute: String?) throws {
        let choice = try choose(requested)
        #expect(choice.version.version == serving)
        #expect(choice.substitutedFor == substitute)
    }

    @Test(arguments: ["99", "16.5", "abc", "15.", ".15", "-1", "15.x", "1.2.3.4.5", "15-R"])
    func versionsThatNothingServes(requested: String) {
        let fault = #expect(throws: Fault.self) { try choose(requested) }
        #expect(fault?.code == "InvalidParameterCombination")
        #expect(fault?.message.hasPrefix("Cannot find version \(requested) for postgres") == true)
        #expect(fault?.message.contains("15.18, 15.20, 16.4") == true)
    }

    @Test func exactVersionsRefuseAStandIn() throws {
        #expect(try choose("15.18", exact: true).version.version == "15.18")
        #expect(try choose("15", exact: true).version.version == "15.20")
        let fault = #expect(throws: Fault.self) { try choose("14.6", exact: true) }
        #expect(fault?.message.contains("--exact-versions") == true)
        #expect(fault?.message.contains("15.18, 15.20, 16.4") == true)
    }

    @Test func enginesThatAreNotHere() throws {
        #expect(try EngineChoice.traits("postgres", catalog).name == "postgres")
        for (name, fragment) in [
            ("oracle-ee", "it needs Oracle's own server"), ("custom-sqlserver-ee", "Microsoft's"), ("db2-se", "IBM's"),
            ("aurora-postgresql", "not available"), ("foo", "Invalid DB engine: foo"),
        ] {
            let fault = #expect(throws: Fault.self) { try EngineChoice.traits(name, catalog) }
            #expect(fault?.code == "InvalidParameterValue")
            #expect(fault?.message.contains(fragment) == true)
            #expect(fault?.message.contains("mariadb, postgres") == true)
        }
        let fault = #expect(throws: Fault.self) {
            try EngineChoice.choose(engine: FakeCatalog.mariadb, requested: nil, exact: false, catalog)
        }
        #expect(fault?.message.contains("not installed on this host") == true)
    }
}
