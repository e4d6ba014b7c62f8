import Resources
import Testing

@Suite struct ClassTableTests {
    @Test(arguments: [
        ("db.t3.micro", 2, 1024), ("db.t4g.2xlarge", 8, 32_768), ("db.t2.small", 1, 2048), ("db.m5.large", 2, 8192),
        ("db.m7i.48xlarge", 192, 786_432), ("db.r5.24xlarge", 96, 786_432), ("db.r4.large", 2, 15_616),
        ("db.r6g.16xlarge", 64, 524_288),
        ("db.x1e.32xlarge", 128, 3_997_696), ("db.x2g.16xlarge", 64, 1_048_576), ("db.m4.10xlarge", 40, 163_840),
    ])
    func knownClasses(name: String, vCPUs: Int, memory: Int) {
        let known = DBInstanceClass(named: name)
        #expect(known == DBInstanceClass(name: name, vCPUs: vCPUs, memoryMiB: memory))
    }

    @Test func namesAreUniqueAndSizesGrowWithinAFamily() {
        #expect(Set(DBInstanceClass.all.map(\.name)).count == DBInstanceClass.all.count)
        for (family, classes) in Dictionary(grouping: DBInstanceClass.all, by: { $0.name.split(separator: ".")[1] }) {
            for (smaller, larger) in zip(classes, classes.dropFirst()) {
                #expect(smaller.memoryMiB < larger.memoryMiB, "\(family)")
                #expect(smaller.vCPUs <= larger.vCPUs, "\(family)")
            }
        }
    }

    @Test(arguments: ["t3.micro", "db.t3", "db.t3.xmicro", ""])
    func whatIsNoClass(name: String) {
        #expect(DBInstanceClass(named: name) == nil)
    }
}
