/// A kind of resource that the kernel can limit for a group of processes (cgroups(7)).
public enum CgroupController: String, Sendable, CaseIterable, Comparable {
    case cpu, memory, io

    /// Its name in version 1.
    var formerName: String { self == .io ? "blkio" : rawValue }

    public static func < (one: CgroupController, other: CgroupController) -> Bool {
        (allCases.firstIndex(of: one) ?? 0) < (allCases.firstIndex(of: other) ?? 0)
    }
}
