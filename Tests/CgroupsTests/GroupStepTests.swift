import Testing

@testable import Cgroups

@Suite("What a group needs")
struct GroupStepTests {
    private static let wanted = ServerLimits(cpuMicroseconds: 200_000, memoryBytes: 1 << 30)
    private static let both: Set<CgroupController> = [.cpu, .memory]

    private func sight(
        can: Set<CgroupController> = both, present: Set<CgroupController> = both, members: Set<CgroupController> = both,
        limits: ServerLimits = wanted
    ) -> GroupSight {
        GroupSight(controllers: can, present: present, members: members, limits: limits)
    }

    @Test("A running server")
    func running() {
        func due(_ wanted: ServerLimits, _ sight: GroupSight) -> GroupStep {
            .due(wanted, sight, isRunning: true, isWanted: true)
        }
        #expect(due(Self.wanted, sight()) == .none)
        // Started before there were groups, or by a Martlet that had none.
        #expect(due(Self.wanted, sight(present: [], members: [], limits: .none)) == .apply)
        #expect(due(Self.wanted, sight(members: [.cpu])) == .apply)
        #expect(due(Self.wanted, sight(limits: ServerLimits(cpuMicroseconds: 200_000))) == .apply)
        // Its class has changed.
        #expect(due(ServerLimits(cpuMicroseconds: 100_000, memoryBytes: 1 << 30), sight()) == .apply)
        // Limits are turned off: the group stays, without any.
        #expect(due(.none, sight()) == .apply)
        #expect(due(.none, sight(limits: .none)) == .none)
        #expect(due(.none, sight(present: [], members: [], limits: .none)) == .none)
    }

    @Test("What the host cannot limit is not asked of it")
    func partial() {
        let half = sight(can: [.cpu], present: [.cpu], members: [.cpu], limits: ServerLimits(cpuMicroseconds: 200_000))
        #expect(GroupStep.due(Self.wanted, half, isRunning: true, isWanted: true) == .none)
        let nothing = sight(can: [], present: [], members: [], limits: .none)
        #expect(GroupStep.due(Self.wanted, nothing, isRunning: true, isWanted: true) == .none)
    }

    @Test("A server that does not run")
    func stopped() {
        #expect(GroupStep.due(Self.wanted, sight(members: []), isRunning: false, isWanted: false) == .remove)
        #expect(GroupStep.due(Self.wanted, sight(members: []), isRunning: false, isWanted: true) == .none)
        #expect(GroupStep.due(Self.wanted, sight(present: [], members: []), isRunning: false, isWanted: false) == .none)
    }

    @Test("Limits of a group hold for its members alone")
    func inForce() {
        #expect(sight().inForce == Self.wanted)
        #expect(sight(members: [.memory]).inForce == ServerLimits(memoryBytes: 1 << 30))
        #expect(sight(members: []).inForce == .none)
    }
}
