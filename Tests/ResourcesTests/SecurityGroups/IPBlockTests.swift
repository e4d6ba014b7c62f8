import Resources
import Testing

@Suite struct IPBlockTests {
    @Test(arguments: [
        ("10.1.2.3/8", "10.0.0.0/8"), ("0.0.0.0/0", "0.0.0.0/0"), ("1.2.3.4/0", "0.0.0.0/0"), ("192.0.2.7/32", "192.0.2.7/32"),
        ("2001:DB8::1/32", "2001:db8::/32"), ("::/0", "::/0"), ("::1/128", "::1/128"), ("fe80::1/10", "fe80::/10"),
    ])
    func canonicalForm(text: String, canonical: String) {
        #expect(IPBlock(text)?.description == canonical)
    }

    @Test(arguments: [
        "", "/", "10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "10.0.0/8", "10.0.0.0/-1", "10.0.0.0/+8", "10.0.0.0/8/8", "010.0.0.0/8x",
        "::/129", "::1", "a/1", "::1%lo/128", "[::1]/128", " 10.0.0.0/8", "10.0.0.0/٨", "::ffff:10.0.0.0/104",
    ])
    func malformed(text: String) { #expect(IPBlock(text) == nil) }

    @Test(arguments: [
        ("10.0.0.0/8", "10.255.255.255", true), ("10.0.0.0/8", "11.0.0.0", false), ("10.0.0.0/31", "10.0.0.1", true),
        ("10.0.0.0/31", "10.0.0.2", false), ("0.0.0.0/0", "255.255.255.255", true), ("0.0.0.0/0", "::1", false),
        ("::/0", "ffff::", true), ("::/0", "1.2.3.4", false), ("2001:db8::/33", "2001:db8:7fff::1", true),
        ("2001:db8::/33", "2001:db8:8000::", false), ("127.0.0.0/8", "::ffff:127.0.0.1", true),
    ])
    func contains(block: String, address: String, inside: Bool) throws {
        #expect(try #require(IPBlock(block)).contains(try #require(IPAddress(address))) == inside)
    }

    @Test func blocksInsideBlocks() throws {
        let outer = try #require(IPBlock("127.0.0.0/8"))
        let inner = try #require(IPBlock("127.9.0.1/32"))
        #expect(outer.contains(inner) && !inner.contains(outer) && outer.contains(outer))
        #expect(IPBlock("::/0")?.isEverywhere == true && outer.isEverywhere == false)
    }
}

@Suite struct SecurityGroupRuleTests {
    @Test(arguments: [
        ("tcp", 5432, 5432, 5432, true), ("tcp", 5000, 6000, 5432, true), ("tcp", 0, 65_535, 5432, true),
        ("tcp", 5433, 6000, 5432, false), ("udp", 0, 65_535, 5432, false), ("-1", -1, -1, 5432, true),
        ("icmp", -1, -1, 5432, false), ("47", -1, -1, 5432, false),
    ])
    func covers(ipProtocol: String, from: Int, to: Int, port: Int, covered: Bool) {
        let terms = SecurityGroupRule.Terms(ipProtocol: ipProtocol, fromPort: from, toPort: to, peer: .ipv4("0.0.0.0/0"))
        #expect(terms.covers(tcpPort: port) == covered)
    }

    @Test func groupsAndMembersComeBackFromTheStore() async throws {
        let store = try Store.inMemory()
        let group = SecurityGroup(
            region: "us-east-1", groupID: "sg-1", groupName: "Web", description: "", vpcID: "vpc-1",
            rules: [
                .init(
                    id: "sgr-1", direction: .ingress,
                    terms: .init(ipProtocol: "-1", fromPort: -1, toPort: -1, peer: .group("sg-2")))
            ],
            tags: [Tag(key: "a", value: "b")])
        try await store.write { tx in try tx.insert(group) }
        #expect(store.find(SecurityGroup.self, region: "us-east-1", name: "web") == group)
        #expect(group.refers(to: "sg-2") && !group.refers(to: "sg-1"))
        await #expect(throws: StoreError.self) {
            try await store.write { tx in
                var twin = group
                twin.groupID = "sg-9"
                twin.groupName = "WEB"
                try tx.insert(twin)
            }
        }
    }
}
