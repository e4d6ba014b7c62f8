import AWSWire
import Foundation
import Resources
import Services
import Testing

@testable import martlet

@Suite struct GroupPageTests {
    private let store: Store
    private let page: GroupPage
    private let standard = DefaultSecurityGroup.group(account: "123456789012", region: "us-east-1")

    init() throws {
        store = try Store.inMemory()
        page = GroupPage(token: "secret", store: store, account: "123456789012")
    }

    private func ask(
        _ method: String, query: String = "", body: String = "", token: String = "secret", path: String = GroupPage.path
    ) async -> HTTPAnswer? {
        await page.answer(
            HTTPMessage(
                method: method, path: path, query: query, headers: [(name: StatusPage.header, value: token)],
                body: Array(body.utf8)))
    }

    private func change(
        _ action: String, _ address: String, group: String = "default", region: String = "us-east-1"
    ) async -> Int? {
        await ask(
            "POST", body: #"{"action":"\#(action)","region":"\#(region)","group":"\#(group)","address":"\#(address)"}"#)?.status
    }

    private func groups() async throws -> [GroupReport.Group] {
        let answer = try #require(await ask("GET", query: "region=us-east-1"))
        #expect(answer.status == 200)
        return try JSONDecoder().decode(GroupReport.self, from: Data(answer.body)).groups
    }

    @Test func onlyItsPathAndOnlyWithTheToken() async {
        #expect(await ask("GET", path: "/") == nil)
        #expect(await ask("GET", query: "region=us-east-1", token: "guess")?.status == 403)
        #expect(await ask("POST", body: "{}", token: "")?.status == 403)
        #expect(await ask("DELETE")?.status == 405)
        #expect(store.list(SecurityGroupMember.self).isEmpty)
    }

    @Test func addressesComeAndGo() async throws {
        #expect(try await groups().map(\.name) == ["default"])
        #expect(await change("register", "2001:DB8::1") == 200)
        #expect(await change("register", "2001:db8:0::1") == 200, "once more, in other words, changes nothing")
        #expect(await change("register", "192.0.2.1", group: standard.groupID) == 200)
        #expect(try await groups().first?.registered == ["192.0.2.1", "2001:db8::1"])
        #expect(await change("deregister", "192.0.2.1", group: "DEFAULT") == 200)
        #expect(await change("deregister", "192.0.2.1") == 404)
        #expect(try await groups().first?.registered == ["2001:db8::1"])
    }

    @Test func whatCannotBeRegistered() async {
        #expect(await change("register", "nonsense") == 400)
        #expect(await change("register", "10.0.0.0/8") == 400)
        #expect(await change("register", "192.0.2.1", group: "nobody") == 400)
        #expect(await change("register", "192.0.2.1", region: "moon-1") == 400)
        #expect(await change("befriend", "192.0.2.1") == 400)
        #expect(await ask("POST", body: "no JSON")?.status == 400)
        #expect(await ask("GET", query: "region=moon-1")?.status == 400)
        #expect(store.list(SecurityGroupMember.self).isEmpty)
    }

    @Test func noMoreThanTheLimit() async throws {
        try await store.write { [standard] tx in
            for number in 0..<SecurityGroupMember.limit {
                try tx.insert(SecurityGroupMember(region: "us-east-1", groupID: standard.groupID, address: "10.0.0.\(number)"))
            }
        }
        #expect(await change("register", "192.0.2.1") == 400)
    }

    @Test func theTableNamesRulesInstancesAndMembers() {
        let rule = GroupReport.Rule(
            SecurityGroupRule(
                id: "sgr-1", direction: .ingress,
                terms: .init(ipProtocol: "tcp", fromPort: 5432, toPort: 5440, peer: .ipv4("10.0.0.0/8")), description: "office"))
        let report = GroupReport(
            region: "us-east-1",
            groups: [
                .init(id: "sg-1", name: "db", description: "d", instances: ["one"], registered: ["192.0.2.1"], rules: [rule])
            ])
        #expect(
            GroupTable.render(report) == """
                sg-1  db  d
                  instances   one
                  registered  192.0.2.1
                  sgr-1  ingress  tcp 5432-5440  10.0.0.0/8  office
                """)
    }
}

@Suite struct AnswerTreeTests {
    @Test func anAnswerIsReadBack() throws {
        let text = """
            <?xml version="1.0" encoding="UTF-8"?>
            <R xmlns="http://ec2.amazonaws.com/doc/2016-11-15/"><set>
            <item><a>x &lt;&amp;amp; y</a></item><item/></set><empty></empty></R>
            """
        let tree = try #require(AnswerTree(text.utf8))
        #expect(tree.name == "R" && tree["set"]?.children.count == 2)
        #expect(tree.text("set.item.a") == "x <&amp; y")
        #expect(tree.text("empty") == "" && tree.text("set.nothing") == nil)
    }

    @Test(arguments: ["", "text", "<a>", "<a><b></a></b>", "<a", "<a></b>", String(repeating: "<a>", count: 10_000)])
    func whatIsNoAnswer(text: String) { #expect(AnswerTree(text.utf8) == nil) }
}

@Suite struct ReachabilityProbeTests {
    @Test func addressesOfThisMachine() {
        #expect(Sockets.addresses(of: "127.0.0.1") == ["127.0.0.1"])
        #expect(Sockets.addresses(of: "no.such.name.invalid").isEmpty)
        #expect(Sockets.source(towards: "127.9.8.7", port: 5432)?.description == "127.0.0.1")
        #expect(Sockets.source(towards: "nonsense", port: 1) == nil)
        #expect(Sockets.connectProblem("nonsense", port: 1) == "not an address")
    }
}
