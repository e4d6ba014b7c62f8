import Cgroups
import Testing

@testable import Convergence

@Suite("Kills for want of memory")
struct GroupMemoryTests {
    private func seen(_ kills: Int) -> GroupSight { GroupSight(controllers: [.memory], memoryKills: kills) }

    @Test("Each is told once: those from before the first look are not, and a new group counts from the beginning")
    func counting() {
        var memory = GroupMemory()
        #expect(memory.see(seen(3)) == 0)
        #expect(memory.see(seen(3)) == 0)
        #expect(memory.see(seen(5)) == 2)
        #expect(memory.see(nil) == 0)
        #expect(memory.see(seen(5)) == 0)
        // The server was restarted, and its group made again.
        #expect(memory.see(seen(0)) == 0)
        #expect(memory.see(seen(1)) == 1)
        // Made again, and killed before anybody looked.
        #expect(memory.see(seen(4)) == 3)
        #expect(memory.see(seen(2)) == 2)
    }
}
