public import Foundation

/// When an endpoint needs another certificate: pure, the same answer for the same input.
public enum CertificateDecision {
    /// How long a certificate is good for.
    public static let lifetime = TimeInterval(365 * 86_400)
    /// It is replaced this long before its end.
    public static let renewal = TimeInterval(60 * 86_400)
    /// A new certificate must outlast the former by this much to be worth making.
    static let worthwhile = TimeInterval(86_400)

    /// Why a certificate is due, in words for the log; nil while the one that is there will do.
    public static func reason(wanted: CertificateRequest, seen: EndpointCertificate?, now: Date) -> String? {
        guard let seen else { return "there is none" }
        if Set(seen.names) != Set(wanted.names) { return "the endpoint has another name" }
        if Set(seen.addresses) != Set(wanted.addresses) { return "the endpoint has another address" }
        if seen.authority != wanted.authority { return "another authority is wanted" }
        if now < seen.validFrom { return "it is not valid yet" }
        guard now >= seen.validTill - renewal else { return nil }
        // Near the end of the authority itself a new certificate would end when this one does.
        return end(of: now, authorityEnd: wanted.authorityEnd) > seen.validTill + worthwhile ? "it nears its end" : nil
    }

    /// When a certificate that is made now will end.
    static func end(of now: Date, authorityEnd: Date) -> Date { min(now + lifetime, authorityEnd) }
}
