internal import AWSWire

/// A password, made of the kinds of characters that are wanted.
enum GetRandomPassword: Operation {
    static let action = "GetRandomPassword"
    static let parameters: [ParameterRule] = [
        .works("PasswordLength", "1 to 4096; 32 unless given."), .works("ExcludeCharacters"), .works("ExcludeNumbers"),
        .works("ExcludePunctuation"), .works("ExcludeUppercase"), .works("ExcludeLowercase"), .works("IncludeSpace"),
        .works("RequireEachIncludedType", "True unless given."),
    ]

    static let punctuation = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"

    private struct Output: Encodable {
        var RandomPassword: String
    }

    static func run(_ request: Request) async throws -> Answer {
        let length = try request.integer("PasswordLength") ?? 32
        guard (1...4096).contains(length) else {
            throw SecretsManagerFault.invalidParameter("PasswordLength must be between 1 and 4096; it is \(length).")
        }
        let kinds = try kinds(request)
        guard !kinds.isEmpty else {
            throw SecretsManagerFault.invalidParameter("Every character is excluded: no password can be made.")
        }
        let needsAll = try request.boolean("RequireEachIncludedType") ?? true
        guard !needsAll || length >= kinds.count else {
            throw SecretsManagerFault.invalidParameter(
                "The password length \(length) is too short based on the required types: there are \(kinds.count).")
        }
        return try .encoding(Output(RandomPassword: password(length, kinds, needsAll, request.context.random)))
    }

    /// The characters of each kind that may be used; a kind without any counts for nothing.
    private static func kinds(_ request: Request) throws -> [String] {
        let excluded = request.call.parameters["ExcludeCharacters"]?.text ?? ""
        guard excluded.count <= 4096 else {
            throw SecretsManagerFault.invalidParameter("ExcludeCharacters must have at most 4096 characters.")
        }
        let all: [(letters: String, isWanted: Bool)] = [
            (RandomSource.lowerLetters, try request.boolean("ExcludeLowercase") != true),
            (RandomSource.upperLetters, try request.boolean("ExcludeUppercase") != true),
            (RandomSource.digits, try request.boolean("ExcludeNumbers") != true),
            (punctuation, try request.boolean("ExcludePunctuation") != true),
            (" ", try request.boolean("IncludeSpace") == true),
        ]
        return all.filter(\.isWanted).map { kind in kind.letters.filter { !excluded.contains($0) } }.filter { !$0.isEmpty }
    }

    private static func password(_ length: Int, _ kinds: [String], _ needsAll: Bool, _ random: RandomSource) -> String {
        let first = needsAll ? kinds.map { random.string(1, of: $0) }.joined() : ""
        var letters = Array(first + random.string(length - first.count, of: kinds.joined()))
        for index in stride(from: letters.count - 1, to: 0, by: -1) { letters.swapAt(index, random.below(index + 1)) }
        return String(letters)
    }
}
