import Testing

@testable import AWSWire

/// Random and half-random bytes through every decoder: none may crash, and what comes out is bounded by what went in.
@Suite("Decoders stand random input")
struct DecoderFuzzTests {
    /// SplitMix64, so that a seed that failed can be run again.
    struct Generator: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var z = state
            z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
            z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
            return z ^ (z >> 31)
        }
    }

    /// Pieces that decoders treat specially, so that random input gets past their first byte.
    static let pieces = [
        "{", "}", "[", "]", ":", ",", "\"", "\\u", "\\", "d83d", "null", "true", "-1", "0.5e", "&", "=", "%", "%C3", "%BC", "+",
        ".",
        "Action=", "Version=2014-10-31", "Tags.Tag.1.Key", "AWS4-HMAC-SHA256 ", "Credential=",
        "AKIDEXAMPLE/20150830/us-east-1/rds/",
        "aws4_request", "SignedHeaders=host", "Signature=", "X-Amz-Signature", "X-Amz-Algorithm", "20150830T123600Z", "/", "..",
        ";",
        "ü", "\u{FFFF}", " ",
    ].map { Array($0.utf8) }

    func bytes(_ generator: inout Generator) -> [UInt8] {
        var bytes: [UInt8] = []
        for _ in 0..<Int.random(in: 0...40, using: &generator) {
            if Bool.random(using: &generator), let piece = Self.pieces.randomElement(using: &generator) {
                bytes += piece
            } else {
                bytes.append(UInt8.random(in: 0...255, using: &generator))
            }
        }
        return bytes
    }

    /// Scalars and bytes of text in a tree.
    func size(_ parameters: Parameters) -> (nodes: Int, bytes: Int) {
        switch parameters {
        case .scalar(let text): (1, text.utf8.count)
        case .structure(let members):
            members.reduce((1, 0)) { total, member in
                let inner = size(member.value)
                return (total.0 + inner.nodes, total.1 + inner.bytes + member.name.utf8.count)
            }
        }
    }

    @Test("No crash, and nothing grows")
    func fuzz() {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("DecoderFuzzTests seed: \(seed)")
        var generator = Generator(state: seed)
        for round in 0..<20_000 {
            let input = bytes(&generator)
            if let tree = try? JSONReader.parameters(input) { check(tree, input, seed, round) }
            if let pairs = try? FormDecoder.pairs(input) {
                #expect(pairs.count <= input.count / 2 + 1, "seed \(seed), round \(round)")
                if let tree = try? Parameters(folding: pairs) { check(tree, input, seed, round) }
            }
            let text = String(decoding: input, as: UTF8.self)
            let message = HTTPMessage(
                method: "POST", path: text, query: text,
                headers: [(name: "host", value: text), (name: "authorization", value: text), (name: "x-amz-date", value: text)],
                body: input)
            let refusal = testWire.authenticate(message, now: exampleNow).failure
            #expect(refusal != nil, "seed \(seed), round \(round)")
        }
    }

    func check(_ tree: Parameters, _ input: [UInt8], _ seed: UInt64, _ round: Int) {
        let (nodes, bytes) = size(tree)
        // List members get numbers for names; nothing else is added.
        #expect(nodes <= input.count + 2, "seed \(seed), round \(round)")
        #expect(bytes <= input.count * 3, "seed \(seed), round \(round)")
    }
}
