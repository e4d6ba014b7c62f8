extension DBInstanceClass {
    /// Every class that can be asked for, smallest first within its family.
    public static let all: [DBInstanceClass] = [
        DBInstanceClass(name: "db.t3.micro", vCPUs: 2, memoryMiB: 1024)
    ]
}
