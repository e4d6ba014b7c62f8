extension DBInstanceClass {
    /// Every class that can be asked for, smallest first within its family.
    ///
    /// Source: the hardware tables of the RDS user guide, "DB instance classes". A family whose every size has the same
    /// memory per virtual CPU is one line; the burstable ones, which break that rule, are spelled out.
    public static let all: [DBInstanceClass] = burstable + general + memoryOptimised

    private static let burstable: [DBInstanceClass] =
        sizes("t2", ["micro": (1, 1), "small": (1, 2), "medium": (2, 4), "large": (2, 8), "xlarge": (4, 16), "2xlarge": (8, 32)])
        + sizes("t3", t3Sizes)
        + sizes("t4g", t3Sizes)

    private static let t3Sizes: KeyValuePairs<String, (vCPUs: Int, GiB: Int)> = [
        "micro": (2, 1), "small": (2, 2), "medium": (2, 4), "large": (2, 8), "xlarge": (4, 16), "2xlarge": (8, 32),
    ]

    private static let to10and16 = "large xlarge 2xlarge 4xlarge 10xlarge 16xlarge"
    private static let to16 = "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge"
    private static let to24 = to16 + " 24xlarge"
    private static let to32 = to24 + " 32xlarge"
    private static let to48 = to24 + " 48xlarge"

    /// 4 GiB for each virtual CPU.
    private static let general: [DBInstanceClass] =
        family("m4", mebibytesPerCPU: 4096, to10and16)
        + family("m5", mebibytesPerCPU: 4096, to24)
        + family("m5d", mebibytesPerCPU: 4096, to24)
        + family("m6g", mebibytesPerCPU: 4096, to16)
        + family("m6gd", mebibytesPerCPU: 4096, to16)
        + family("m6i", mebibytesPerCPU: 4096, to32)
        + family("m6id", mebibytesPerCPU: 4096, to32)
        + family("m6idn", mebibytesPerCPU: 4096, to32)
        + family("m6in", mebibytesPerCPU: 4096, to32)
        + family("m7g", mebibytesPerCPU: 4096, to16)
        + family("m7i", mebibytesPerCPU: 4096, to48)
        + family("m8g", mebibytesPerCPU: 4096, to48)

    /// 7.6 to 32 GiB for each virtual CPU.
    private static let memoryOptimised: [DBInstanceClass] =
        family("r4", mebibytesPerCPU: 7808, "large xlarge 2xlarge 4xlarge 8xlarge 16xlarge")
        + family("r5", mebibytesPerCPU: 8192, to24)
        + family("r5b", mebibytesPerCPU: 8192, to24)
        + family("r5d", mebibytesPerCPU: 8192, to24)
        + family("r6g", mebibytesPerCPU: 8192, to16)
        + family("r6gd", mebibytesPerCPU: 8192, to16)
        + family("r6i", mebibytesPerCPU: 8192, to32)
        + family("r6id", mebibytesPerCPU: 8192, to32)
        + family("r6idn", mebibytesPerCPU: 8192, to32)
        + family("r6in", mebibytesPerCPU: 8192, to32)
        + family("r7g", mebibytesPerCPU: 8192, to16)
        + family("r7i", mebibytesPerCPU: 8192, to48)
        + family("r8g", mebibytesPerCPU: 8192, to48)
        + family("x1", mebibytesPerCPU: 15616, "16xlarge 32xlarge")
        + family("x1e", mebibytesPerCPU: 31232, "xlarge 2xlarge 4xlarge 8xlarge 16xlarge 32xlarge")
        + family("x2g", mebibytesPerCPU: 16384, to16)
        + family("x2idn", mebibytesPerCPU: 16384, "16xlarge 24xlarge 32xlarge")
        + family("x2iedn", mebibytesPerCPU: 32768, "xlarge 2xlarge 4xlarge 8xlarge 16xlarge 24xlarge 32xlarge")
        + family("z1d", mebibytesPerCPU: 8192, "large xlarge 2xlarge 3xlarge 6xlarge 12xlarge")

    private static func sizes(
        _ family: String, _ sizes: KeyValuePairs<String, (vCPUs: Int, GiB: Int)>
    ) -> [DBInstanceClass] {
        sizes.map { DBInstanceClass(name: "db.\(family).\($0.key)", vCPUs: $0.value.vCPUs, memoryMiB: $0.value.GiB << 10) }
    }

    private static func family(_ family: String, mebibytesPerCPU: Int, _ sizes: String) -> [DBInstanceClass] {
        sizes.split(separator: " ").map { size in
            let vCPUs = virtualCPUs(of: size)
            return DBInstanceClass(name: "db.\(family).\(size)", vCPUs: vCPUs, memoryMiB: vCPUs * mebibytesPerCPU)
        }
    }

    /// `large` has 2, `xlarge` 4, `Nxlarge` 4 N.
    private static func virtualCPUs(of size: Substring) -> Int {
        if size == "large" { return 2 }
        return 4 * (Int(size.dropLast("xlarge".count)) ?? 1)
    }
}
