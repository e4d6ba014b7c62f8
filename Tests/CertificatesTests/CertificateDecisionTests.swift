import Foundation
import Testing

@testable import Certificates

@Suite struct CertificateDecisionTests {
    private static let now = AuthoritiesFixture.now
    private static let day = TimeInterval(86_400)

    private static func seen(
        names: [String] = ["a.example"], addresses: [String] = ["127.9.0.1"], authority: String? = "ca",
        from: TimeInterval = -day, till: TimeInterval = 364 * day
    ) -> EndpointCertificate {
        EndpointCertificate(
            certificateFile: "c", privateKeyFile: "k", fingerprint: "f", names: names, addresses: addresses,
            authority: authority, validFrom: now + from, validTill: now + till)
    }

    private static let wanted = CertificateRequest(
        names: ["a.example"], addresses: ["127.9.0.1"], authority: "ca", authorityEnd: now + 3000 * day)

    @Test(
        arguments: [
            (nil, true), (seen(), false), (seen(names: ["b.example"]), true), (seen(names: ["a.example", "b.example"]), true),
            (seen(addresses: ["127.9.0.2"]), true), (seen(authority: "old"), true), (seen(authority: nil), true),
            (seen(from: day), true), (seen(till: 61 * day), false), (seen(till: 59 * day), true), (seen(till: -day), true),
        ] as [(EndpointCertificate?, Bool)])
    func due(_ seen: EndpointCertificate?, _ isDue: Bool) {
        let reason = CertificateDecision.reason(wanted: Self.wanted, seen: seen, now: Self.now)
        #expect((reason != nil) == isDue, "\(reason ?? "not due")")
    }

    @Test func nearTheEndOfItsAuthorityNoneIsMadeInVain() {
        var wanted = Self.wanted
        wanted.authorityEnd = Self.now + 30 * Self.day
        let last = Self.seen(till: 30 * Self.day)
        #expect(CertificateDecision.reason(wanted: wanted, seen: last, now: Self.now) == nil)
        let short = Self.seen(till: 10 * Self.day)
        #expect(CertificateDecision.reason(wanted: wanted, seen: short, now: Self.now) != nil)
    }

    @Test func noCertificateOutlivesItsAuthority() {
        #expect(CertificateDecision.end(of: Self.now, authorityEnd: Self.now + Self.day) == Self.now + Self.day)
        #expect(CertificateDecision.end(of: Self.now, authorityEnd: .distantFuture) == Self.now + 365 * Self.day)
    }

    @Test(
        arguments: [
            ("127.0.0.1", 4), ("::1", 16), ("fe80::1", 16), ("localhost", nil), ("1.2.3", nil), ("", nil),
        ] as [(String, Int?)])
    func addresses(_ text: String, _ count: Int?) {
        let bytes = IPAddressBytes.of(text)
        #expect(bytes?.count == count)
        if let bytes { #expect(IPAddressBytes.text(bytes) == text) }
    }
}
