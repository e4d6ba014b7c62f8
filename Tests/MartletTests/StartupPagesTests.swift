import Testing

@testable import martlet

@Suite("Start-up pages")
struct StartupPagesTests {
    @Test("Only executable mappings of files")
    func code() {
        let maps = """
            55e0a0000000-55e0a0100000 r--p 00000000 fe:00 1  /usr/bin/martlet
            55e0a0100000-55e0a0300000 r-xp 00100000 fe:00 1  /usr/bin/martlet
            7f0000000000-7f0000001000 rw-p 00000000 00:00 0
            7f0000002000-7f0000003000 r-xp 00000000 00:00 0  [vdso]
            nonsense
            """
        #expect(StartupPages.code(in: maps) == [.init(start: 0x55e0_a010_0000, end: 0x55e0_a030_0000)])
    }

    @Test("The program goes on after its code was dropped")
    func release() {
        StartupPages.release()
        #expect([3, 1, 2].sorted() == [1, 2, 3])
    }
}
