import Testing

@testable import Engines

@Suite struct TraversabilityTests {
    typealias Ancestor = Traversability.Ancestor
    static let user = EngineUser(name: "postgres", uid: 101, gid: 104)
    static let open = Ancestor(uid: 0, gid: 0, mode: 0o755)

    @Test(arguments: [
        ([open, open], true), ([open, Ancestor(uid: 0, gid: 0, mode: 0o711)], true),
        ([open, Ancestor(uid: 0, gid: 0, mode: 0o700), open], false), ([Ancestor(uid: 0, gid: 0, mode: 0o744)], false),
        ([Ancestor(uid: 101, gid: 0, mode: 0o700)], true), ([Ancestor(uid: 0, gid: 104, mode: 0o710)], true),
        // The first class that fits decides, even against the user.
        ([Ancestor(uid: 101, gid: 104, mode: 0o077)], false), ([Ancestor(uid: 0, gid: 104, mode: 0o705)], false),
        ([Ancestor(uid: 0, gid: 0, mode: 0o1777)], true), ([], true),
    ])
    func decides(_ ancestors: [Ancestor], _ allowed: Bool) {
        #expect(Traversability.allows(Self.user, through: ancestors) == allowed)
    }

    @Test func seesEveryDirectoryOnTheWay() {
        #expect(Traversability.ancestors(of: "/usr/bin").count == 3)
        #expect(Traversability.ancestors(of: "/").count == 1)
    }
}

@Suite struct EngineUserTests {
    private static let known = ["martlet": 900, "postgres": 101, "toor": 0] as [String: UInt32]
    private func choose(_ named: String?, as uid: UInt32, without missing: String = "") throws -> EngineUser? {
        try EngineUser.choose(named: named, effectiveUID: uid) { name in
            name == missing ? nil : Self.known[name].map { EngineUser(name: name, uid: $0, gid: $0) }
        }
    }

    @Test func rootHandsServersToSomeoneElse() throws {
        #expect(try choose(nil, as: 0)?.name == "martlet")
        #expect(try choose(nil, as: 0, without: "martlet")?.name == "postgres")
        #expect(try choose("postgres", as: 0)?.name == "postgres")
    }

    @Test func othersRunThemThemselves() throws {
        #expect(try choose(nil, as: 1000) == nil)
        #expect(try choose("postgres", as: 101) == nil)
    }

    @Test(arguments: [("nobody-knows", UInt32(0)), ("toor", 0), ("postgres", 1000)])
    func refuses(_ named: String, _ uid: UInt32) {
        #expect(throws: EngineError.self) { try choose(named, as: uid) }
    }
}
