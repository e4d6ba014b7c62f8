import Foundation
import Testing

@testable import Certificates

@Suite struct EndpointCertificatesTests {
    @Test func whatIsIssuedIsFound() throws {
        try AuthoritiesFixture.run { fixture in
            let certificates = fixture.certificates(try fixture.prepared())
            #expect(certificates.facts("db-A") == nil)
            let made = try certificates.issue("db-A", AuthoritiesFixture.request(), now: AuthoritiesFixture.now)
            #expect(certificates.facts("db-A") == made)
            #expect(made.names == ["one.c1.us-east-1.rds.martlet.internal"])
            #expect(made.addresses == ["127.9.0.1"])
            #expect(made.authority == "rds-ca-ecc384-g1")
            #expect(made.validTill == AuthoritiesFixture.now + 365 * 86_400)
            #expect(made.fingerprint.count == 64)
            for file in ["cert.pem", "key.pem"] { #expect(try fixture.mode("certificates/db-A/\(file)") == 0o600) }
        }
    }

    @Test func anotherCertificateKeepsTheKeySoThatTheFilesAlwaysFit() throws {
        try AuthoritiesFixture.run { fixture in
            let certificates = fixture.certificates(try fixture.prepared())
            let first = try certificates.issue("db-A", AuthoritiesFixture.request(), now: AuthoritiesFixture.now)
            let key = try fixture.text("certificates/db-A/key.pem")
            let second = try certificates.issue(
                "db-A", AuthoritiesFixture.request(names: ["two.example"]), now: AuthoritiesFixture.now)
            #expect(second.fingerprint != first.fingerprint)
            #expect(second.names == ["two.example"])
            #expect(try fixture.text("certificates/db-A/key.pem") == key)
        }
    }

    @Test(arguments: ["cert.pem", "key.pem"]) func aLostOrDamagedFileIsMadeAnew(_ file: String) throws {
        try AuthoritiesFixture.run { fixture in
            let certificates = fixture.certificates(try fixture.prepared())
            try certificates.issue("db-A", AuthoritiesFixture.request(), now: AuthoritiesFixture.now)
            let path = "\(fixture.directory)/certificates/db-A/\(file)"
            for isLost in [false, true] {
                try Data("x".utf8).write(to: URL(fileURLWithPath: path))
                if isLost { try FileManager.default.removeItem(atPath: path) }
                #expect(certificates.facts("db-A") == nil)
                let made = try certificates.issue("db-A", AuthoritiesFixture.request(), now: AuthoritiesFixture.now)
                #expect(certificates.facts("db-A") == made)
            }
        }
    }

    @Test func aKeyOfAnotherEndpointDoesNotCount() throws {
        try AuthoritiesFixture.run { fixture in
            let certificates = fixture.certificates(try fixture.prepared())
            for id in ["db-A", "db-B"] { try certificates.issue(id, AuthoritiesFixture.request(), now: AuthoritiesFixture.now) }
            let other = try fixture.text("certificates/db-B/key.pem")
            try Data(other.utf8).write(to: URL(fileURLWithPath: "\(fixture.directory)/certificates/db-A/key.pem"))
            #expect(certificates.facts("db-A") == nil)
        }
    }

    @Test func whatBelongsToNobodyGoes() throws {
        try AuthoritiesFixture.run { fixture in
            let certificates = fixture.certificates(try fixture.prepared())
            for id in ["db-A", "db-B", "db-C"] {
                try certificates.issue(id, AuthoritiesFixture.request(), now: AuthoritiesFixture.now)
            }
            try certificates.remove("db-A")
            try certificates.remove("db-A")
            try certificates.keepOnly(["db-B"])
            #expect(try FileManager.default.contentsOfDirectory(atPath: "\(fixture.directory)/certificates") == ["db-B"])
            #expect(certificates.facts("db-C") == nil)
        }
    }

    @Test func anAddressThatIsNoneIsRefused() throws {
        try AuthoritiesFixture.run { fixture in
            let certificates = fixture.certificates(try fixture.prepared())
            #expect(throws: CertificateError.self) {
                try certificates.issue(
                    "db-A", AuthoritiesFixture.request(addresses: ["example.com"]), now: AuthoritiesFixture.now)
            }
            #expect(certificates.facts("db-A") == nil)
        }
    }

    @Test func aLongNameIsCertifiedAllTheSame() throws {
        try AuthoritiesFixture.run { fixture in
            let certificates = fixture.certificates(try fixture.prepared())
            let name = String(repeating: "a", count: 63) + ".cabcdefghijk.eu-central-1.rds.martlet.internal"
            let made = try certificates.issue("db-A", AuthoritiesFixture.request(names: [name]), now: AuthoritiesFixture.now)
            #expect(made.names == [name])
        }
    }

    @Test(
        "OpenSSL verifies name and address, under either authority", .enabled(if: OpenSSL.isInstalled, "no openssl"),
        arguments: ["rds-ca-ecc384-g1", "rds-ca-rsa2048-g1"])
    func chain(_ authority: String) throws {
        try AuthoritiesFixture.run { fixture in
            let authorities = try fixture.prepared()
            let request = AuthoritiesFixture.request(authority: authority)
            let made = try fixture.certificates(authorities).issue("db-A", request, now: AuthoritiesFixture.now)
            func verify(_ arguments: String...) throws -> Int32 {
                var all = ["verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", authorities.bundleFile] + arguments
                all += ["-attime", "\(Int(AuthoritiesFixture.now.timeIntervalSince1970) + 60)"]
                all.append(made.certificateFile)
                return try OpenSSL.run(all).status
            }
            #expect(try verify("-verify_hostname", request.names[0]) == 0)
            #expect(try verify("-verify_ip", request.addresses[0]) == 0)
            #expect(try verify("-verify_hostname", "other.example") != 0)
            #expect(try verify("-verify_ip", "127.9.0.2") != 0)
            let elsewhere = AuthoritiesFixture(directory: fixture.directory + "/other")
            let stranger = try elsewhere.prepared()
            #expect(
                try OpenSSL.run(["verify", "-no_check_time", "-CAfile", stranger.bundleFile, made.certificateFile]).status != 0)
        }
    }
}
