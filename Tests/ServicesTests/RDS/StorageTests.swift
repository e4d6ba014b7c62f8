import AWSWire
import Testing

@testable import Services

@Suite struct StorageTests {
    @Test(arguments: [
        Storage(type: "gp2", size: 20), Storage(type: "gp3", size: 65_536), Storage(type: "standard", size: 5),
        Storage(type: "gp3", size: 400, iops: 12_000, throughput: 500), Storage(type: "gp3", size: 400, throughput: 3_000),
        Storage(type: "io1", size: 100, iops: 1_000), Storage(type: "io1", size: 100, iops: 5_000),
        Storage(type: "io2", size: 256, iops: 256_000), Storage(type: "gp2", size: 20, maximum: 100),
    ])
    func whatRDSTakes(storage: Storage) throws {
        try storage.check(engine: "postgres")
    }

    @Test(arguments: [
        (Storage(type: "gp2", size: 19), "Invalid storage size for engine name postgres and storage type gp2: 19"),
        (Storage(type: "gp3", size: 65_537), "Invalid storage size for engine name postgres and storage type gp3: 65537"),
        (Storage(type: "standard", size: 4), "Invalid storage size"),
        (Storage(type: "standard", size: 3_073), "Invalid storage size"),
        (Storage(type: "io1", size: 99, iops: 1_000), "Invalid storage size"),
        (Storage(type: "io1", size: 100), "The parameter Iops must be provided with storage type io1"),
        (Storage(type: "io1", size: 100, iops: 999), "Iops must be between 1000 and 256000"),
        (Storage(type: "io1", size: 100, iops: 5_001), "at most 50 for each GiB"),
        (Storage(type: "io2", size: 100, iops: 100_001), "at most 1000 for each GiB"),
        (Storage(type: "gp2", size: 20, iops: 1_000), "Iops cannot be used with storage type gp2"),
        (Storage(type: "gp2", size: 20, throughput: 500), "StorageThroughput cannot be used with storage type gp2"),
        (
            Storage(type: "gp3", size: 399, iops: 12_000),
            "You can't specify IOPS or storage throughput for engine postgres and a storage size less than 400."
        ),
        (Storage(type: "gp3", size: 399, throughput: 500), "storage size less than 400"),
        (Storage(type: "gp3", size: 400, iops: 3_000), "Iops must be between 12000 and 64000"),
        (Storage(type: "gp3", size: 400, iops: 12_000, throughput: 3_001), "at most a quarter of Iops"),
        (Storage(type: "gp3", size: 400, throughput: 499), "between 500 and 4000"),
        (Storage(type: "gp2", size: 20, maximum: 20), "Max storage size must be greater than storage size"),
        (Storage(type: "gp2", size: 20, maximum: 65_537), "Invalid max storage size for engine name postgres"),
        (Storage(type: "floppy", size: 20), "Invalid storage type: floppy"),
    ])
    func whatRDSRefuses(storage: Storage, fragment: String) {
        let fault = #expect(throws: Fault.self) { try storage.check(engine: "postgres") }
        #expect(fault?.message.contains(fragment) == true, "\(fault?.message ?? "")")
        #expect(["InvalidParameterCombination", "InvalidParameterValue"].contains(fault?.code))
    }
}
