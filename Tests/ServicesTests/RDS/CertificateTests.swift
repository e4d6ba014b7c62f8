import Foundation
import Resources
import Testing

@testable import Services

@Suite struct CertificateTests {
    @Test func theAuthoritiesAreShownAsTheyAre() async throws {
        let fixture = try Fixture()
        let answer = try await fixture.rds("DescribeCertificates")
        #expect(answer["DefaultCertificateForNewLaunches"]?.text == "rds-ca-rsa2048-g1")
        let all = answer.all("Certificates")
        #expect(all.map { $0["CertificateIdentifier"]?.text } == ["rds-ca-ecc384-g1", "rds-ca-rsa2048-g1"])
        #expect(all.allSatisfy { $0["CertificateType"]?.text == "CA" && $0["CustomerOverride"]?.text == "false" })
        #expect(all[0]["Thumbprint"]?.text == String(repeating: "ab", count: 20))
        #expect(all[0]["CertificateArn"]?.text == "arn:aws:rds:us-east-1::cert:rds-ca-ecc384-g1")
        let one = try await fixture.rds("DescribeCertificates", ["CertificateIdentifier": "rds-ca-rsa2048-g1"])
        #expect(one.all("Certificates").count == 1)
    }

    @Test func theDefaultOfARegionIsChosenAndGivenUp() async throws {
        let fixture = try Fixture()
        let chosen = try await fixture.rds("ModifyCertificates", ["CertificateIdentifier": "rds-ca-ecc384-g1"])
        #expect(chosen["Certificate"]?["CustomerOverride"]?.text == "true")
        try await fixture.create("one")
        #expect(try fixture.stored("one").spec.certificateAuthority == "rds-ca-ecc384-g1")
        try await fixture.create("far", region: "eu-west-1")
        #expect(try fixture.stored("far", region: "eu-west-1").spec.certificateAuthority == "rds-ca-rsa2048-g1")
        try await fixture.rds("ModifyCertificates", ["RemoveCustomerOverride": "true"])
        try await fixture.create("two")
        #expect(try fixture.stored("two").spec.certificateAuthority == "rds-ca-rsa2048-g1")
        #expect(try fixture.stored("one").spec.certificateAuthority == "rds-ca-ecc384-g1")
    }

    @Test(arguments: ["DescribeCertificates", "ModifyCertificates"])
    func whatDoesNotExist(_ action: String) async throws {
        await (try Fixture()).refuses(
            action, ["CertificateIdentifier": "rds-ca-2019"], code: "CertificateNotFound", status: 404, saying: "rds-ca-2019")
    }

    @Test(arguments: [[:], ["CertificateIdentifier": "rds-ca-ecc384-g1", "RemoveCustomerOverride": "true"]])
    func oneOfBoth(_ query: [String: String]) async throws {
        await (try Fixture()).refuses(
            "ModifyCertificates", query, code: "InvalidParameterCombination", saying: "RemoveCustomerOverride")
    }

    @Test func anInstanceShowsItsCertificateAndWhatWaits() async throws {
        let fixture = try Fixture()
        try await fixture.createAvailable("mydb", ["CACertificateIdentifier": "rds-ca-ecc384-g1"])
        let modified = try await fixture.rds(
            "ModifyDBInstance", ["DBInstanceIdentifier": "mydb", "CACertificateIdentifier": "rds-ca-rsa2048-g1"])
        let instance = try #require(modified["DBInstance"])
        #expect(instance["CACertificateIdentifier"]?.text == "rds-ca-ecc384-g1")
        #expect(instance["CertificateDetails"]?["CAIdentifier"]?.text == "rds-ca-ecc384-g1")
        #expect(instance["CertificateDetails"]?["ValidTill"]?.text.hasPrefix("2026-11-20") == true)
        #expect(instance["PendingModifiedValues"]?["CACertificateIdentifier"]?.text == "rds-ca-rsa2048-g1")
        try await fixture.rds(
            "ModifyDBInstance", ["DBInstanceIdentifier": "mydb", "ApplyImmediately": "true"])
        #expect(try fixture.stored().spec.certificateAuthority == "rds-ca-rsa2048-g1")
        #expect(try fixture.stored().operation?.kind == .modify)
    }
}
