import Foundation
import Testing

@testable import Cgroups

/// On the kernel's own groups, where this host lets us make some.
@Suite("Groups of this host", .serialized)
struct ServerGroupTests {
    private static let detected: InstallationGroups = {
        var groups = InstallationGroups.detected(installation: "unit-\(UUID().uuidString.lowercased())")
        groups.prepare()
        return groups
    }()
    static let isUsable: Bool = {
        let canLimit = detected.controllers.isSuperset(of: [.cpu, .memory])
        if !canLimit { try? detected.removeAll() }
        return canLimit
    }()

    private func withGroups(_ body: (InstallationGroups) throws -> Void) throws {
        let groups = Self.detected
        defer { #expect(throws: Never.self) { try groups.removeAll() } }
        try body(groups)
    }

    private func sleeper() throws -> Process {
        let process = Process()
        process.executableURL = URL(filePath: "/bin/sh")
        // The shell has a child, as a server has.
        process.arguments = ["-c", "sleep 60 & wait"]
        try process.run()
        let deadline = Date().addingTimeInterval(10)
        while ProcessTree.descendants(of: process.processIdentifier).isEmpty, Date() < deadline { usleep(1000) }
        return process
    }

    private func end(_ process: Process) {
        for follower in ProcessTree.descendants(of: process.processIdentifier) { kill(follower, SIGKILL) }
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    @Test("A process and what it has started are limited, and the limits change and go", .enabled(if: isUsable))
    func life() throws {
        try withGroups { groups in
            let group = groups.group(of: "db-LIFE")
            let process = try sleeper()
            defer { end(process) }
            let pid = process.processIdentifier
            let wanted = ServerLimits(cpuMicroseconds: 150_000, memoryBytes: 512 << 20)
            #expect(group.sight(pid).present.isDisjoint(with: [.cpu, .memory]))
            try group.prepare(wanted)
            #expect(group.sight(pid).limits == wanted && group.sight(pid).inForce == .none)
            try group.admit(pid, wanted)
            #expect(group.sight(pid).inForce == wanted)
            #expect(GroupStep.due(wanted, group.sight(pid), isRunning: true, isWanted: true) == .none)
            let followers = ProcessTree.descendants(of: pid)
            #expect(!followers.isEmpty && followers.allSatisfy { group.sight($0).inForce == wanted })
            // Again, and other limits.
            try group.prepare(wanted)
            try group.admit(pid, wanted)
            let more = ServerLimits(cpuMicroseconds: 300_000, memoryBytes: 1 << 30)
            try group.prepare(more)
            #expect(group.sight(pid).inForce == more)
            try group.prepare(.none)
            #expect(group.sight(pid).limits == .none)
            #expect(throws: CgroupError.self) { try group.remove() }
            // One that is in use stays, whoever asks.
            #expect(groups.removeAll(except: []).isEmpty && group.sight(pid).members.isSuperset(of: [.cpu, .memory]))
        }
    }

    @Test("Groups of servers that are gone go, and only they", .enabled(if: isUsable))
    func sweep() throws {
        try withGroups { groups in
            let kept = groups.group(of: "db-KEPT")
            let gone = groups.group(of: "db-GONE")
            let limits = ServerLimits(cpuMicroseconds: 100_000, memoryBytes: 1 << 30)
            try kept.prepare(limits)
            try gone.prepare(limits)
            #expect(groups.removeAll(except: ["db-KEPT"]).isEmpty)
            #expect(gone.sight(nil).present.isDisjoint(with: [.cpu, .memory]))
            #expect(kept.sight(nil).limits == limits)
            try kept.remove()
            try kept.remove()
        }
    }

    @Test("A group is made and filled in no time that a creation would notice", .enabled(if: isUsable))
    func pace() throws {
        try withGroups { groups in
            let limits = ServerLimits(cpuMicroseconds: 100_000, memoryBytes: 1 << 30)
            var best = Duration.seconds(1)
            for number in 0..<10 {
                let process = try sleeper()
                defer { end(process) }
                let group = groups.group(of: "db-PACE\(number)")
                let began = ContinuousClock.now
                try group.prepare(limits)
                try group.admit(process.processIdentifier, limits)
                best = min(best, ContinuousClock.now - began)
            }
            // The best of ten, and a generous bound: others use this machine too, and some kernels wait a moment here.
            #expect(best < .milliseconds(50), "\(best)")
            print("a group is made and filled within \(best)")
        }
    }
}
