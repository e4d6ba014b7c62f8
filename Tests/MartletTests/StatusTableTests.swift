import Testing

@testable import martlet

@Suite("Status table")
struct StatusTableTests {
    private func report(_ instances: [StatusReport.Instance], attention: [String] = []) -> StatusReport {
        StatusReport(
            dataDirectory: "/d", account: "123456789012",
            controlPlane: .init(processID: 7, url: "http://127.0.0.1:4510", version: "1"),
            gateway: .init(processID: 8, listeners: 1, connections: 2), engines: ["postgres 15.18"], instances: instances,
            attention: attention)
    }

    private func instance(_ status: String, note: String? = nil) -> StatusReport.Instance {
        StatusReport.Instance(
            identifier: "shop", region: "us-east-1", status: status, engine: "postgres", engineVersion: "15.18",
            instanceClass: "db.t3.micro", endpoint: "shop.example:5432", address: "127.9.0.1", processID: 9, connections: 2,
            note: note)
    }

    @Test("Columns line up, and reasons stand below")
    func table() {
        let text = StatusTable.render(
            report([instance("failed", note: "the data directory is gone")], attention: ["x is kept"]), colour: false)
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        #expect(lines[5] == "INSTANCE  REGION     STATUS  ENGINE          CLASS        VOLUME  ENDPOINT           PID  CLIENTS")
        #expect(lines[6] == "shop      us-east-1  failed  postgres 15.18  db.t3.micro  -       shop.example:5432  9    2")
        #expect(lines[7] == "shop: the data directory is gone")
        #expect(lines[8] == "! x is kept")
    }

    @Test("A parameter group is named, and what it waits for")
    func parameterGroup() {
        var tuned = instance("available")
        tuned.parameterGroup = "tuned"
        for (status, line) in [
            ("in-sync", "shop: parameter group tuned"),
            ("pending-reboot", "shop: parameter group tuned is pending-reboot (reboot-db-instance brings it into force)"),
            ("applying", "shop: parameter group tuned is applying"),
        ] {
            tuned.parameterStatus = status
            #expect(StatusTable.render(report([tuned]), colour: false).hasSuffix("\n\(line)"))
        }
        tuned.parameterGroup = nil
        tuned.parameterStatus = "in-sync"
        #expect(!StatusTable.render(report([tuned]), colour: false).contains("parameter group"))
    }

    @Test("What servers are held to is said, or why they are not")
    func limits() {
        var limited = instance("available")
        limited.limits = "2 CPUs, 1280 MiB"
        var shown = report([limited])
        shown.limits = "cpu and memory (cgroup v2)"
        let text = StatusTable.render(shown, colour: false)
        #expect(text.contains("\nLimits         cpu and memory (cgroup v2)\n\n"))
        #expect(text.hasSuffix("\nshop: limited to 2 CPUs, 1280 MiB"))
        shown = report([instance("available")])
        shown.limits = "none (no cgroup file system is mounted)"
        let without = StatusTable.render(shown, colour: false)
        #expect(without.contains("\nLimits         none (no cgroup file system is mounted)\n") && !without.contains("limited to"))
        #expect(!StatusTable.render(report([]), colour: false).contains("Limits"))
    }

    @Test("Colour only where it was asked for")
    func colour() {
        #expect(StatusTable.render(report([instance("available")]), colour: true).contains("\u{1b}[32mavailable"))
        #expect(!StatusTable.render(report([instance("available")]), colour: false).contains("\u{1b}"))
    }

    @Test("What does not run is said to be not running")
    func nothing() {
        var empty = report([])
        empty.controlPlane = nil
        empty.gateway = nil
        let text = StatusTable.render(empty, colour: false)
        #expect(text.contains("Control plane  not running") && text.contains("Gateway        not running"))
        #expect(text.contains("No DB instances."))
    }
}
