import Foundation
import Resources
import Testing

/// The staging labels, move by move, as Secrets Manager's reference describes them.
@Suite struct SecretStageTests {
    private static let start = Date(timeIntervalSince1970: 1_800_000_000)

    private func version(_ id: String, at date: Date = start) -> Secret.Version {
        let sealed = Secret.Sealed(keyID: "k", dataKey: Data(), body: Data(), isBinary: false)
        return Secret.Version(id: id, stages: [], sealed: sealed, createdAt: date)
    }

    private func secret(_ labels: [(String, [String])]) -> Secret {
        var secret = Secret(
            region: "r", arn: "a", name: "n", description: "", owningService: nil, kmsKeyID: nil, createdAt: Self.start,
            versions: [], tags: [])
        secret.versions = labels.map { id, stages in
            var version = version(id)
            version.stages = stages
            return version
        }
        return secret
    }

    private func labels(_ secret: Secret) -> [String: [String]] {
        Dictionary(uniqueKeysWithValues: secret.versions.map { ($0.id, $0.stages) })
    }

    @Test func additions() {
        typealias Row = (before: [(String, [String])], stages: [String], after: [String: [String]])
        let rows: [Row] = [
            ([], ["AWSCURRENT"], ["n": ["AWSCURRENT"]]),
            ([], ["blue"], ["n": ["blue", "AWSCURRENT"]]),
            ([("1", ["AWSCURRENT"])], ["AWSCURRENT"], ["1": ["AWSPREVIOUS"], "n": ["AWSCURRENT"]]),
            ([("1", ["AWSCURRENT"])], ["AWSPENDING"], ["1": ["AWSCURRENT"], "n": ["AWSPENDING"]]),
            (
                [("1", ["AWSPREVIOUS"]), ("2", ["AWSCURRENT"])], ["AWSCURRENT"],
                ["1": [], "2": ["AWSPREVIOUS"], "n": ["AWSCURRENT"]]
            ),
            (
                [("1", ["AWSCURRENT", "blue"])], ["AWSCURRENT", "blue"],
                ["1": ["AWSPREVIOUS"], "n": ["blue", "AWSCURRENT"]]
            ),
            (
                [("1", ["AWSPREVIOUS"]), ("2", ["AWSCURRENT"])], ["AWSCURRENT", "AWSPREVIOUS"],
                ["1": [], "2": ["AWSPREVIOUS"], "n": ["AWSCURRENT"]]
            ),
        ]
        for row in rows {
            var secret = secret(row.before)
            secret.add(version("n"), stages: row.stages, at: Self.start + 9)
            #expect(labels(secret) == row.after)
            #expect(secret.lastChangedAt == Self.start + 9)
        }
    }

    @Test func moves() {
        typealias Row = (before: [(String, [String])], stage: String, to: String?, after: [String: [String]])
        let two = [("1", ["AWSPREVIOUS"]), ("2", ["AWSCURRENT"])]
        let rows: [Row] = [
            (two, "AWSCURRENT", "1", ["1": ["AWSCURRENT"], "2": ["AWSPREVIOUS"]]),
            (two, "AWSCURRENT", "2", ["1": ["AWSPREVIOUS"], "2": ["AWSCURRENT"]]),
            (two, "AWSPREVIOUS", nil, ["1": [], "2": ["AWSCURRENT"]]),
            (two, "blue", "1", ["1": ["AWSPREVIOUS", "blue"], "2": ["AWSCURRENT"]]),
            ([("1", ["blue"]), ("2", ["AWSCURRENT"])], "blue", "2", ["1": [], "2": ["AWSCURRENT", "blue"]]),
            (two + [("3", [])], "AWSCURRENT", "3", ["1": [], "2": ["AWSPREVIOUS"], "3": ["AWSCURRENT"]]),
        ]
        for row in rows {
            var secret = secret(row.before)
            secret.move(row.stage, to: row.to)
            #expect(labels(secret) == row.after)
        }
    }

    @Test func aHundredVersionsAndNoMore() {
        let day = Secret.versionMinimumAge
        var secret = secret([("c", ["AWSCURRENT"])])
        secret.versions += (1..<100).map { version("\($0)", at: Self.start + Double($0)) }
        var isRoom = secret.makeRoom(at: Self.start + day)
        #expect(!isRoom && secret.versions.count == 100, "all but one are younger than a day, and that one is current")
        isRoom = secret.makeRoom(at: Self.start + day + 1)
        #expect(isRoom)
        #expect(secret.versions.count == 99 && secret.version("1") == nil && secret.version("c") != nil)
        secret.versions = (0..<100).map { number in
            var one = version("\(number)")
            one.stages = ["\(number)"]
            return one
        }
        isRoom = secret.makeRoom(at: Self.start + 1000 * day)
        #expect(!isRoom, "what has a label stays")
    }
}
