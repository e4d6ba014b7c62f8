import Testing

@testable import AWSWire

@Suite("Flat parameters become a tree")
struct ParameterFoldingTests {
    func fold(_ text: String, limits: DecodingLimits = DecodingLimits()) throws -> Parameters {
        try Parameters(folding: FormDecoder.pairs(text, limits: limits), limits: limits)
    }

    @Test("As AWS's clients send them")
    func folded() throws {
        let parameters = try fold(
            "DBInstanceIdentifier=a&Tags.Tag.1.Key=k1&Tags.Tag.1.Value=&Tags.Tag.2.Key=k2"
                + "&VpcSecurityGroupIds.VpcSecurityGroupId.1=sg-1&Filters.member.1.Values.member.1=x&Filter.1.Name=n&Empty=")
        #expect(parameters.names == ["DBInstanceIdentifier", "Tags", "VpcSecurityGroupIds", "Filters", "Filter", "Empty"])
        #expect(parameters["DBInstanceIdentifier"]?.text == "a")
        #expect(parameters["Tags"]?.elements.map { $0["Key"]?.text } == ["k1", "k2"])
        #expect(parameters["Tags"]?.elements.first?["Value"]?.text == "")
        #expect(parameters["VpcSecurityGroupIds"]?.elements.map(\.text) == ["sg-1"])
        #expect(parameters["Filters"]?.elements.first?["Values"]?.elements.map(\.text) == ["x"])
        #expect(parameters["Filter"]?.elements.first?["Name"]?.text == "n")
        #expect(parameters["Empty"]?.elements == [])
    }

    @Test("Numbers count, not the order of sending")
    func order() throws {
        #expect(try fold("L.2=b&L.10=c&L.1=a")["L"]?.elements.map(\.text) == ["a", "b", "c"])
    }

    @Test(
        "Refused",
        arguments: [
            ("A=1&A=2", "MalformedQueryString"), ("A=1&A=1", "MalformedQueryString"), ("A.1=x&A.1=y", "MalformedQueryString"),
            ("A=1&A.B=2", "MalformedInput"), ("A.B=2&A=1", "MalformedInput"), (".A=1", "MalformedInput"),
            ("A..B=1", "MalformedInput"), ("A.=1", "MalformedInput"), ("=1", "MalformedInput"), (".=1", "MalformedInput"),
        ])
    func refused(_ text: String, _ code: String) {
        #expect { try fold(text) } throws: { ($0 as? Fault)?.code == code }
    }

    @Test("No deeper than the limit")
    func depth() throws {
        let limits = DecodingLimits(depth: 3)
        #expect(try fold("a.b.c=1", limits: limits)["a"]?["b"]?["c"]?.text == "1")
        #expect(throws: Fault.self) { try fold("a.b.c.d=1", limits: limits) }
    }

    @Test("Ten thousand elements of one list take no quadratic time")
    func large() throws {
        let text = (1...10_000).map { "L.M.\($0)=v\($0)" }.joined(separator: "&")
        let started = ContinuousClock.now
        let parameters = try fold(text)
        // Even an unoptimised build on a busy machine needs a tenth of it.
        #expect(ContinuousClock.now - started < .seconds(5))
        #expect(parameters["L"]?.elements.count == 10_000)
    }
}
