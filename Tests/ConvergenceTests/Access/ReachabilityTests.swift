import Foundation
import Resources
import Routing
import Testing

@testable import Convergence

@Suite struct ReachabilityTests {
    private func access(_ refusal: Route.Access.Refusal = .diagnose, _ blocks: String...) -> Route.Access {
        Route.Access(
            refusal: refusal, groups: ["sg-1"], rules: [.init(id: "sgr-1", group: "sg-1", blocks: blocks)], region: "us-east-1")
    }

    private func facts(_ change: (inout ReachabilityFacts) -> Void = { _ in }) -> ReachabilityFacts {
        var route = Sample.route()
        route.access = access(.diagnose, "127.0.0.0/8")
        var facts = ReachabilityFacts(
            endpoint: "one:5432", addresses: ["127.9.0.1"], route: route, gatewayAnswers: true,
            listener: .init(id: "db-AAAA", address: "127.9.0.1", port: 5432, listening: true), connectProblem: nil,
            from: IPAddress("127.0.0.1"), certificate: nil, status: "available", now: Sample.now)
        change(&facts)
        return facts
    }

    private func failing(_ change: (inout ReachabilityFacts) -> Void) -> Reachability.Layer? {
        Reachability(facts(change)).layers.first { !$0.passes }
    }

    @Test func everyLayerPassesWhenAllIsWell() {
        let finding = Reachability(facts())
        #expect(finding.reachable && finding.layers.map(\.layer) == [.name, .listener, .group, .tls, .login])
        #expect(finding.layers[2].finding.contains("sgr-1"))
    }

    @Test func aNameMayLeadToAnAddressThatEndpointsShare() {
        let finding = Reachability(
            facts {
                $0.addresses = ["192.0.2.1"]
                $0.sharedAddresses = ["192.0.2.1", "192.0.2.2"]
            })
        #expect(finding.layers.first?.passes == true && finding.layers.first?.advice?.contains("sslmode=require") == true)
    }

    @Test func theFirstLayerThatFailsIsNamed() {
        #expect(failing { $0.addresses = [] }?.layer == .name)
        #expect(failing { $0.addresses = ["10.0.0.1"] }?.finding.contains("127.9.0.1") == true)
        #expect(failing { $0.route = nil }?.layer == .name)
        #expect(failing { $0.gatewayAnswers = false }?.finding == "the gateway is not running")
        #expect(
            failing {
                $0.listener?.listening = false
                $0.listener?.problem = "EADDRINUSE"
            }?.finding.contains("EADDRINUSE") == true)
        #expect(failing { $0.listener = nil }?.layer == .listener)
        #expect(failing { $0.route?.gate = .hold }?.layer == .listener)
        #expect(failing { $0.connectProblem = "Connection refused" }?.finding.contains("refused") == true)
        #expect(failing { $0.status = "stopped" }?.layer == .login)
        #expect(failing { $0.status = nil }?.layer == .login)
    }

    @Test func anAddressThatNoRuleAdmitsComesWithTheCommand() throws {
        let layer = try #require(failing { $0.from = IPAddress("203.0.113.7") })
        #expect(layer.layer == .group && layer.finding.contains("203.0.113.7"))
        #expect(
            layer.advice
                == "aws ec2 authorize-security-group-ingress --region us-east-1 --group-id sg-1 "
                + "--protocol tcp --port 5432 --cidr 203.0.113.7/32"
        )
        let six = try #require(failing { $0.from = IPAddress("2001:db8::7") })
        #expect(six.advice?.contains("Ipv6Ranges=[{CidrIpv6=2001:db8::7/128}]") == true)
        #expect(failing { $0.from = nil }?.layer == .group)
        #expect(failing { $0.route?.access = access(.drop) }?.finding.contains("gets no answer") == true)
        #expect(failing { $0.route?.access = nil } == nil)
    }

    @Test func aCertificateMustBeValid() {
        let tls = Route.TLS(certificateFile: "c", privateKeyFile: "k", fingerprint: "f", isRequired: true)
        #expect(
            failing {
                $0.route?.tls = tls
                $0.certificate = .validUntil(Sample.now + 60)
            } == nil)
        #expect(
            failing {
                $0.route?.tls = tls
                $0.certificate = .validUntil(Sample.now - 60)
            }?.layer == .tls)
        #expect(
            failing {
                $0.route?.tls = tls
                $0.certificate = .unreadable(reason: "x")
            }?.layer == .tls)
        #expect(failing { $0.route?.tls = tls }?.layer == .tls)
    }
}

@Suite struct AccessDecisionTests {
    @Test func theFirstRuleThatAdmitsIsNamed() throws {
        let access = Route.Access(
            refusal: .diagnose, groups: ["sg-1"],
            rules: [
                .init(id: "a", group: "sg-1", blocks: ["10.0.0.0/8", "::1/128"]),
                .init(id: "b", group: "sg-1", blocks: ["10.1.0.0/16"]),
                .init(id: "c", group: "sg-1", blocks: ["nonsense"]),
            ], region: "us-east-1")
        for (address, rule) in [("10.1.2.3", "a"), ("::1", "a"), ("::ffff:10.0.0.1", "a"), ("11.0.0.1", nil), ("::2", nil)] {
            #expect(access.rule(admitting: try #require(IPAddress(address)))?.id == rule)
        }
    }
}
