import Foundation
import Resources
import Testing

@testable import Certificates

@Suite struct AuthoritiesTests {
    @Test func theFirstGenerationHasRDSNames() throws {
        try AuthoritiesFixture.run { fixture in
            let authorities = try fixture.prepared()
            #expect(authorities.authorities.map(\.identifier) == ["rds-ca-ecc384-g1", "rds-ca-rsa2048-g1"])
            #expect(authorities.standardAuthority == "rds-ca-rsa2048-g1")
            for info in authorities.authorities {
                #expect(info.thumbprint.count == 40)
                #expect(info.validTill == AuthoritiesFixture.now + 10 * 365 * 86_400)
                #expect(info.validFrom < AuthoritiesFixture.now)
            }
        }
    }

    @Test func preparingAgainChangesNothing() throws {
        try AuthoritiesFixture.run { fixture in
            let first = try fixture.prepared().authorities
            #expect(try fixture.prepared().authorities == first)
        }
    }

    @Test func keysAreForTheirOwnerAlone() throws {
        try AuthoritiesFixture.run { fixture in
            _ = try fixture.prepared()
            #expect(try fixture.mode("ca") == 0o700)
            for name in ["rds-ca-ecc384-g1", "rds-ca-rsa2048-g1"] { #expect(try fixture.mode("ca/\(name)/key.pem") == 0o600) }
            #expect(try !fixture.text("ca/bundle.pem").contains("PRIVATE"))
        }
    }

    @Test func aNewGenerationIsTheStandardAndTheOldOnesStay() throws {
        try AuthoritiesFixture.run { fixture in
            let authorities = try fixture.prepared()
            #expect(
                try authorities.rotate(owner: "test", now: AuthoritiesFixture.now) == ["rds-ca-rsa2048-g2", "rds-ca-ecc384-g2"])
            #expect(authorities.authorities.count == 4)
            #expect(authorities.standardAuthority == "rds-ca-rsa2048-g2")
            let bundle = try fixture.text("ca/bundle.pem")
            #expect(bundle.components(separatedBy: "BEGIN CERTIFICATE").count == 5)
            #expect(try authorities.bundle() == bundle)
        }
    }

    @Test func whatAnotherProcessAddsIsFound() throws {
        try AuthoritiesFixture.run { fixture in
            let here = try fixture.prepared()
            _ = try fixture.authorities().rotate(owner: "test", now: AuthoritiesFixture.now)
            #expect(here.standardAuthority == "rds-ca-rsa2048-g2")
            let missing = "rds-ca-ecc384-g9"
            #expect(throws: CertificateError.noAuthority(identifier: missing)) { try here.authority(missing) }
        }
    }

    @Test func aDamagedAuthorityIsReportedAndNotReplaced() throws {
        try AuthoritiesFixture.run { fixture in
            _ = try fixture.prepared()
            let path = "\(fixture.directory)/ca/rds-ca-ecc384-g1/key.pem"
            try Data("nothing".utf8).write(to: URL(fileURLWithPath: path))
            #expect(throws: CertificateError.self) { try fixture.authorities() }
            #expect(try fixture.text("ca/rds-ca-ecc384-g1/key.pem") == "nothing")
        }
    }

    @Test(
        arguments: [
            ("rds-ca-rsa2048-g1", 1), ("rds-ca-ecc384-g12", 12), ("rds-ca-rsa4096-g1", nil), ("rds-ca-rsa2048-g0", nil),
            ("rds-ca-rsa2048-g01", nil), ("rds-ca-2019", nil), (".x.partial", nil), ("bundle.pem", nil),
        ] as [(String, Int?)])
    func identifiers(_ text: String, _ generation: Int?) {
        #expect(AuthorityKind.parse(text)?.generation == generation)
    }
}
