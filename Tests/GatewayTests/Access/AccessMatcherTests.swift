import Routing
import Testing

@testable import Gateway

@Suite struct AccessMatcherTests {
    private func admits(_ blocks: [String], _ address: String) throws -> Bool {
        let rule = Route.Access.Rule(id: "sgr-1", group: "sg-1", blocks: blocks)
        let access = Route.Access(refusal: .diagnose, groups: ["sg-1"], rules: [rule], region: "us-east-1")
        return AccessMatcher(access).admits(try #require(SourceAddress(address)))
    }

    @Test(arguments: [
        (["10.1.0.0/16"], "10.1.255.255", true), (["10.1.0.0/16"], "10.2.0.0", false), (["10.1.0.0/16"], "10.0.255.255", false),
        (["10.1.2.3/32"], "10.1.2.3", true), (["10.1.2.3/32"], "10.1.2.4", false), (["10.1.2.3"], "10.1.2.3", true),
        // Bits beyond the prefix do not count.
        (["10.1.2.3/8"], "10.200.0.1", true),
        (["0.0.0.0/0"], "255.255.255.255", true), (["0.0.0.0/0"], "0.0.0.0", true), (["128.0.0.0/1"], "127.255.255.255", false),
        // The families are apart.
        (["0.0.0.0/0"], "::1", false), (["::/0"], "10.0.0.1", false), (["::/0"], "2001:db8::1", true),
        (["2001:db8::/32"], "2001:db8:ffff::1", true), (["2001:db8::/32"], "2001:db9::1", false),
        (["::1/128"], "::1", true), (["::1/128"], "::2", false), (["fe80::/10"], "febf::1", true),
        (["fe80::/10"], "fec0::1", false),
        // IPv4 in IPv6's clothes is IPv4.
        (["10.0.0.0/8"], "::ffff:10.9.9.9", true), (["::ffff:10.0.0.0/104"], "10.9.9.9", true),
        (["::ffff:10.0.0.0/104"], "11.0.0.0", false),
        ([], "127.0.0.1", false), (["10.0.0.0/8", "192.168.0.0/16", "172.16.0.0/12"], "172.31.255.255", true),
        (["10.0.0.0/8", "192.168.0.0/16", "172.16.0.0/12"], "172.32.0.0", false),
    ])
    func table(blocks: [String], address: String, expected: Bool) throws {
        #expect(try admits(blocks, address) == expected)
    }

    @Test(arguments: [
        "", "/", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/8/8", "10.0.0/8", "::/129", "::g/64",
        "host/32",
        "10.0.0.0/0008", "10.0.0.0 /8",
    ])
    func `what is no block admits nobody, and is named`(text: String) throws {
        let rule = Route.Access.Rule(id: "sgr-9", group: "sg-1", blocks: [text])
        let matcher = AccessMatcher(Route.Access(refusal: .drop, groups: [], rules: [rule], region: ""))
        #expect(matcher.unreadable == ["sgr-9: \(text)"])
        #expect(try !matcher.admits(#require(SourceAddress("10.0.0.1"))))
    }

    @Test func `overlapping and touching ranges become one`() {
        #expect(AddressRanges<UInt32>([0...9, 10...19, 5...12, 30...40, 21...21]).count == 3)
        #expect(AddressRanges<UInt32>([0...UInt32.max, 7...9, UInt32.max...UInt32.max]).count == 1)
        #expect(AddressRanges<UInt32>.block(0xFFFF_FFFF, prefix: 0) == 0...UInt32.max)
        #expect(AddressRanges<UInt32>.block(7, prefix: 32) == 7...7)
    }

    @Test func `ranges answer as a list of blocks would`() {
        var generator = SeededGenerator(seed: 42)
        for _ in 0..<200 {
            let blocks = (0..<20).map { _ in
                AddressRanges<UInt32>.block(
                    .random(in: 0...2_000, using: &generator), prefix: .random(in: 22...32, using: &generator))
            }
            let ranges = AddressRanges(blocks)
            for address in stride(from: UInt32(0), to: 3_500, by: 7) {
                #expect(ranges.contains(address) == blocks.contains { $0.contains(address) })
            }
        }
    }

    @Test(arguments: ["127.0.0.1", "255.255.255.255", "::1", "2001:db8::a"])
    func `addresses are written as they are read`(text: String) {
        #expect(SourceAddress(text)?.description == text)
    }
}

@Suite struct AccessDenialTests {
    private let denial = AccessDenial(
        groups: ["sg-0a", "sg-0b"], host: "10.1.2.3", endpoint: "shop.test", port: 5432, region: "eu-west-1", rules: 1)

    @Test func `it names groups and address, and the command that helps`() {
        #expect(denial.message.contains("sg-0a, sg-0b") && denial.message.contains("10.1.2.3"))
        #expect(
            denial.command
                == "aws ec2 authorize-security-group-ingress --group-id sg-0a --protocol tcp --port 5432 --cidr 10.1.2.3/32 "
                + "--region eu-west-1")
        #expect(denial.hint.hasSuffix(denial.command))
        let fields = PostgresBytes.fields(PostgresRefusal.accessDenied.bytes(.init(denial: denial)))
        #expect(fields?["C"] == "28000" && fields?["M"] == denial.message && fields?["D"] == denial.detail)
    }

    @Test func `IPv6 needs the long form`() {
        var denial = denial
        denial.host = "2001:db8::1"
        #expect(
            denial.command
                == "aws ec2 authorize-security-group-ingress --group-id sg-0a --ip-permissions "
                + "'IpProtocol=tcp,FromPort=5432,ToPort=5432,Ipv6Ranges=[{CidrIpv6=2001:db8::1/128}]' --region eu-west-1")
    }

    @Test func `MySQL's clients get an error packet instead of a greeting`() {
        let bytes = MySQLRefusal.accessDenied.bytes(number: 0, MySQLRefusal.Context(host: denial.host, denial: denial))
        let refusal = MySQLBytes.refusal(bytes)
        #expect(refusal?.number == 0 && refusal?.code == 1130)
        #expect(refusal?.text.hasPrefix("Host '10.1.2.3' is not allowed to connect") == true)
        #expect(refusal?.text.hasSuffix(denial.hint) == true)
    }
}
