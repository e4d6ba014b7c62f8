import AWSWire
import Foundation
import Routing
import Testing

@testable import Gateway

@Suite struct IAMPolicyTests {
    private static let secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
    private static let sessionToken = "IQoJb3JpZ2luX2VjEXAMPLE//token+with=signs"
    /// 2026-03-14T15:09:26Z
    private static let made = Date(timeIntervalSince1970: 1_773_500_966)
    private static let host = "shop.c0ffee.us-east-1.rds.localhost"

    /// Made by botocore 1.43's `generate_db_auth_token`.
    private static let botocore =
        "\(host):5432/?Action=connect&DBUser=iam_user&X-Amz-Algorithm=AWS4-HMAC-SHA256"
        + "&X-Amz-Credential=AKIDEXAMPLE%2F20260314%2Fus-east-1%2Frds-db%2Faws4_request&X-Amz-Date=20260314T150926Z"
        + "&X-Amz-Expires=900&X-Amz-SignedHeaders=host"
        + "&X-Amz-Signature=a2e653a39c812333495cdd2657408b5b65fbe4c16e849fc8e3632021b6ae5e2c"
    private static let botocoreTemporary =
        "127.0.0.9:5433/?Action=connect&DBUser=h%C3%A4ns%20%26%20co&X-Amz-Algorithm=AWS4-HMAC-SHA256"
        + "&X-Amz-Credential=ASIAEXAMPLE%2F20260314%2Feu-central-1%2Frds-db%2Faws4_request&X-Amz-Date=20260314T150926Z"
        + "&X-Amz-Expires=900&X-Amz-SignedHeaders=host"
        + "&X-Amz-Security-Token=IQoJb3JpZ2luX2VjEXAMPLE%2F%2Ftoken%2Bwith%3Dsigns"
        + "&X-Amz-Signature=52b0cb81ca7c693b2dfbb48602bcdb5d6e880751e0f174a6d7a60e016b8a560a"

    private static func policy(region: String = "us-east-1", host: String = host, port: Int = 5432) -> IAMPolicy {
        let iam = Route.IAM(region: region, hosts: [host, "127.0.0.8"], port: port, accessKeysFile: "")
        return IAMPolicy(
            iam,
            keys: [
                AccessKey(id: "AKIDEXAMPLE", secret: secret),
                AccessKey(id: "ASIAEXAMPLE", secret: secret, sessionToken: sessionToken),
            ])
    }

    private func failure(
        _ token: String, user: String = "iam_user", policy: IAMPolicy = policy(), after seconds: TimeInterval = 0
    ) -> IAMFailure? {
        do throws(IAMFailure) {
            try policy.verify(token: token, user: user, now: Self.made.addingTimeInterval(seconds))
            return nil
        } catch { return error }
    }

    @Test func `tokens of botocore are good for fifteen minutes`() {
        #expect(failure(Self.botocore) == nil)
        #expect(failure(Self.botocore, after: 900) == nil)
        #expect(failure(Self.botocore, after: 901)?.description == "the token has expired")
        #expect(failure(Self.botocore, after: -901)?.description == "the token is from the future")
    }

    @Test func `a name ends where the server cuts it off`() throws {
        let iam = Route.IAM(region: "us-east-1", hosts: [Self.host], port: 5432, accessKeysFile: "")
        let policy = IAMPolicy(iam, keys: [AccessKey(id: "AKIDEXAMPLE", secret: Self.secret)])
        let name = String(repeating: "n", count: 70)
        let token = signed(user: name)
        #expect(throws: Never.self) {
            try policy.verify(token: token, user: name, now: Self.made, longestName: .max)
            try policy.verify(token: token, user: String(name.prefix(63)), now: Self.made)
        }
        #expect(throws: IAMFailure.otherUser) {
            try policy.verify(token: token, user: String(name.prefix(63)), now: Self.made, longestName: .max)
        }
    }

    @Test func `temporary credentials, and names that need escapes`() {
        let policy = Self.policy(region: "eu-central-1", host: "127.0.0.9", port: 5433)
        #expect(failure(Self.botocoreTemporary, user: "häns & co", policy: policy) == nil)
        let stripped = Self.botocoreTemporary.replacing("%2Ftoken", with: "%2Ftokex")
        #expect(failure(stripped, user: "häns & co", policy: policy) == .signature(.unknownKey))
    }

    @Test(arguments: [
        ("", IAMFailure.notAToken), ("secret", .notAToken), ("https://\(host):5432/?Action=connect", .notAToken),
        ("\(host):5432/path?Action=connect", .notAToken), ("\(host):5432?Action=connect/", .notAToken),
        ("\(host):5432/?%ZZ", .notAToken), ("\(host):5432/?", .otherAction),
        ("other:5432/?Action=connect&DBUser=iam_user", .otherHost), ("\(host):5433/?Action=connect&DBUser=iam_user", .otherPort),
        ("\(host)/?Action=connect&DBUser=iam_user", .otherPort),
        ("\(host):5432/?Action=connect&DBUser=root", .otherUser),
        ("\(host):5432/?Action=connect&DBUser=iam_user&DBUser=iam_user", .otherUser),
        ("\(host):5432/?Action=delete&DBUser=iam_user", .otherAction),
        ("\(host):5432/?Action=connect&DBUser=iam_user", .signature(.missing)),
    ])
    func `what is no token, or not for here`(token: String, expected: IAMFailure) {
        #expect(failure(token) == expected)
    }

    @Test func `every byte of the signed part counts`() throws {
        for (old, new) in [
            ("150926Z", "150927Z"), ("Expires=900", "Expires=899"), ("ae5e2c", "ae5e2d"), ("&DBUser", "&X=1&DBUser"),
        ] {
            let text = try #require(failure(Self.botocore.replacing(old, with: new))?.description, "\(new)")
            #expect(text == "the token's signature does not match", "\(new)")
        }
        #expect(failure(Self.botocore.replacing("AKIDEXAMPLE", with: "AKIDOTHER")) == .signature(.unknownKey))
        #expect(failure(Self.botocore, user: "IAM_USER") == .otherUser)
    }

    private func signed(
        service: String = "rds-db", region: String = "us-east-1", user: String = "iam_user", expires: Int = 900,
        host: String = "\(host):5432"
    ) -> String {
        let signer = RequestSigner(
            accessKey: AccessKey(id: "AKIDEXAMPLE", secret: Self.secret), region: region, service: service)
        let query = signer.presignedQuery(
            host: host, parameters: [("Action", "connect"), ("DBUser", user)], expiresSeconds: expires, at: Self.made)
        return "\(host)/?\(query)"
    }

    @Test func `good signatures for something else`() {
        #expect(failure(signed()) == nil)
        #expect(failure(signed(host: "127.0.0.8:5432")) == nil)
        #expect(failure(signed(host: "\(Self.host.uppercased()):5432")) == nil)
        #expect(failure(signed(service: "rds")) == .otherService)
        #expect(failure(signed(region: "us-east-2")) == .otherRegion)
        #expect(failure(signed(expires: 901)) == .livesTooLong)
        #expect(failure(signed(user: "root")) == .otherUser)
        let bare = IAMPolicy(Route.IAM(region: "us-east-1", hosts: [Self.host], port: 5432, accessKeysFile: ""), keys: [])
        #expect(failure(signed(), policy: bare) == .signature(.unknownKey))
    }

    @Test func `no reason shows anything of the token`() {
        for failure in [IAMFailure.notAToken, .signature(.mismatch("secret text")), .signature(.incomplete("secret text"))] {
            #expect(!failure.description.contains("secret text"))
        }
    }

    @Test func `random damage never lets in`() {
        var generator = SeededGenerator(seed: 7)
        let policy = Self.policy()
        for _ in 0..<3_000 {
            var bytes = Array(Self.botocore.utf8)
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(in: 0x20...0x7E, using: &generator)
            }
            let token = String(decoding: bytes, as: UTF8.self)
            // The host's name is not case-sensitive, but it is signed as it is written.
            guard token != Self.botocore else { continue }
            #expect(failure(token, policy: policy) != nil, "\(token)")
        }
    }
}

@Suite struct AccessKeysFileTests {
    @Test(arguments: [
        (mode_t(0o100600), uid_t(7), 10, true), (0o100400, 7, 10, true), (0o100640, 7, 10, false), (0o100604, 7, 10, false),
        (0o100620, 7, 10, false), (0o100600, 8, 10, false), (0o040700, 7, 10, false), (0o020600, 7, 10, false),
        (0o100600, 7, AccessKeysFile.maximumBytes + 1, false),
    ])
    func `only a file of our own that nobody else can read`(mode: mode_t, owner: uid_t, size: Int, isGood: Bool) {
        #expect((AccessKeysFile.problem(mode: mode, owner: owner, size: size, user: 7) == nil) == isGood)
    }

    @Test func `real files`() throws {
        let path = "/tmp/martlet-keys-\(getpid()).json"
        defer { unlink(path) }
        try Data(#"[{"id":"AKID","secret":"s"},{"id":"ASIA","secret":"t","sessionToken":"u"}]"#.utf8)
            .write(to: URL(fileURLWithPath: path))
        chmod(path, 0o644)
        #expect(throws: AccessKeysFile.Unusable.self) { try AccessKeysFile.load(path) }
        chmod(path, 0o600)
        #expect(
            try AccessKeysFile.load(path)
                == [AccessKey(id: "AKID", secret: "s"), AccessKey(id: "ASIA", secret: "t", sessionToken: "u")])
        let link = path + ".link"
        symlink(path, link)
        defer { unlink(link) }
        #expect(throws: AccessKeysFile.Unusable.self) { try AccessKeysFile.load(link) }
        try Data("{".utf8).write(to: URL(fileURLWithPath: path))
        chmod(path, 0o600)
        #expect(throws: AccessKeysFile.Unusable.self) { try AccessKeysFile.load(path) }
        #expect(throws: AccessKeysFile.Unusable.self) { try AccessKeysFile.load(path + ".none") }
    }
}
