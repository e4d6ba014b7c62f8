import Testing

@testable import DatabaseClient

@Suite("Routing of reads")
struct ReplicaRouterTests {
    private let start = ContinuousClock.now

    private func router(_ count: Int) -> ReplicaRouter {
        ReplicaRouter(count: count, lagLimit: .seconds(10), tolerance: .seconds(1))
    }

    private func picks(_ router: inout ReplicaRouter, _ count: Int, _ consistency: ReadConsistency = .any) -> [Int?] {
        (0..<count).map { _ in router.choose(consistency) }
    }

    @Test func nobodyIsAskedBeforeHeAnswered() {
        var router = router(2)
        #expect(router.choose(.any) == nil)
        router.answered(1, nil)
        #expect(picks(&router, 3) == [1, 1, 1])
        router.failed(1)
        #expect(router.choose(.any) == nil)
    }

    @Test func theyTakeTurns() {
        var router = router(3)
        router.sampled(.lsn(10), at: start)
        for index in 0..<3 { router.answered(index, .lsn(10)) }
        #expect(Set(picks(&router, 3)) == [0, 1, 2])
        #expect(router.choose(.any, excluding: [0, 1]) == 2)
        #expect(router.choose(.any, excluding: [0, 1, 2]) == nil)
    }

    @Test func theLeastBehindIsAsked() {
        var router = router(3)
        router.sampled(.lsn(10), at: start)
        for index in 0..<3 { router.answered(index, .lsn(10)) }
        router.sampled(.lsn(20), at: start + .seconds(5))
        router.answered(0, .lsn(20))
        router.answered(1, .lsn(19))
        router.answered(2, .lsn(25))
        #expect(router.lag(1) == .seconds(5) && router.lag(0) == .zero && router.lag(2) == .zero)
        #expect(Set(picks(&router, 6)) == [0, 2])
        router.sampled(.lsn(40), at: start + .seconds(16))
        #expect(router.choose(.any) == nil)  // all are further behind than the limit
    }

    @Test func ownWritesAreSeen() {
        var router = router(2)
        router.sampled(.lsn(10), at: start)
        router.answered(0, .lsn(10))
        router.answered(1, .lsn(10))
        router.wrote(at: start + .seconds(1))
        #expect(router.choose(.ownWrites) == nil)
        #expect(router.choose(.any) != nil)
        router.sampled(.lsn(20), at: start + .seconds(2))
        router.answered(0, .lsn(19))
        router.answered(1, .lsn(20))
        #expect(picks(&router, 3, .ownWrites) == [1, 1, 1])
    }

    @Test func theLastWriteIsTheLatest() {
        var router = router(1)
        router.wrote(at: start + .seconds(3))
        router.wrote(at: start + .seconds(1))
        router.sampled(.lsn(10), at: start + .seconds(2))
        router.answered(0, .lsn(10))
        #expect(router.lastWriteAt == start + .seconds(3))
        #expect(router.choose(.ownWrites) == nil)
    }

    @Test func aSilentWriterFreezesTheLag() {
        var router = router(1)
        router.sampled(.lsn(10), at: start)
        router.answered(0, .lsn(10))
        router.answered(0, .lsn(10))
        #expect(router.choose(.any) == 0)
    }

    @Test func samplesAreFew() {
        var router = router(1)
        for second in 0..<500 { router.sampled(.lsn(UInt64(second)), at: start + .seconds(second)) }
        #expect(router.samples.count == ReplicaRouter.samplesMax)
    }

    @Test(
        arguments: [
            ("0-1-5", "0-1-5", true), ("0-1-5", "0-2-6", true), ("0-1-6", "0-1-5", false), ("0-1-5,1-1-2", "0-1-9", false),
            ("0-1-5", "0-1-5,1-1-2", true),
        ])
    func gtids(a: String, b: String, isBehind: Bool) throws {
        let a = try #require(ReplicationPosition(a, .mysql))
        let b = try #require(ReplicationPosition(b, .mysql))
        #expect((a <= b) == isBehind)
    }

    @Test func whatSaysNothingIsNoPosition() {
        #expect(ReplicationPosition("", .mysql) == nil && ReplicationPosition("x", .mysql) == nil)
        #expect(ReplicationPosition("", .postgresql) == nil)
    }
}
