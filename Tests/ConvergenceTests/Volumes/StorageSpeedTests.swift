import Cgroups
import Convergence
import Engines
import Resources
import Testing

@Suite("The speed of storage")
struct StorageSpeedTests {
    private static let device = BlockDevice(major: 7, minor: 3)

    private func instance(_ iops: Int?, _ throughput: Int? = nil, kind: DBInstance.Volume.Kind? = .image) -> DBInstance {
        var instance = Sample.instance()
        instance.volume = kind.map { DBInstance.Volume(kind: $0) }
        instance.spec.iops = iops
        instance.spec.storageThroughput = throughput
        return instance
    }

    @Test("Who asks for none has no limit, and nobody has one without a device")
    func limits() {
        #expect(StorageSpeed.limits(instance(nil).spec, on: Self.device).isEmpty)
        #expect(StorageSpeed.limits(instance(1000).spec, on: nil).isEmpty)
        #expect(
            StorageSpeed.limits(instance(1000).spec, on: Self.device) == [
                IOLimit(device: Self.device, readOperations: 1000, writeOperations: 1000)
            ])
    }

    @Test("What was asked for and is not in force is said")
    func problem() {
        func problem(_ instance: DBInstance, _ group: GroupSight?, _ server: ServerFacts.Server) -> String? {
            var sight = Sample.sight(server: server)
            sight.facts.group = group
            return StorageSpeed.problem(instance, sight)
        }
        let runs = ServerFacts.Server.answering(Sample.process, Sample.answers())
        let able = GroupSight(controllers: [.cpu, .memory, .io])
        let unable = GroupSight(controllers: [.cpu, .memory])
        #expect(problem(instance(1000), able, runs) == nil)
        #expect(problem(instance(1000), unable, runs)?.contains("no cgroup") == true)
        #expect(problem(instance(nil, 500), nil, runs)?.contains("no cgroup") == true)
        #expect(problem(instance(1000, kind: .directory), able, runs)?.contains("plain directory") == true)
        #expect(problem(instance(1000, kind: nil), able, runs)?.contains("plain directory") == true)
        // Nobody asked, or nothing runs.
        #expect(problem(instance(nil, kind: .directory), nil, runs) == nil)
        #expect(problem(instance(1000, kind: .directory), nil, .absent) == nil)
    }
}
