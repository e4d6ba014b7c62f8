import AWSWire
import Resources
import Testing

@testable import Services

@Suite struct WindowTests {
    @Test(arguments: ["03:00-03:30", "00:00-23:30", "23:45-00:15"])
    func backupWindows(text: String) throws {
        #expect(try TimeWindow.backup(text).text == text)
    }

    @Test(arguments: ["mon:03:00-mon:03:30", "sun:23:45-mon:00:15", "Mon:03:00-Mon:04:00"])
    func maintenanceWindows(text: String) throws {
        #expect(try TimeWindow.maintenance(text).text == text.lowercased())
    }

    @Test(arguments: [
        ("3:00-04:00", "form hh24:mi-hh24:mi"), ("03:00", "form"), ("24:00-01:00", "form"), ("03:60-05:00", "form"),
        ("03:00-03:29", "at least 30 minutes"), ("03:00-03:00", "at least 30 minutes"), ("aa:bb-cc:dd", "form"),
        ("+1:00-02:00", "form"),
    ])
    func badBackupWindows(text: String, fragment: String) {
        let fault = #expect(throws: Fault.self) { try TimeWindow.backup(text) }
        #expect(fault?.message.contains("PreferredBackupWindow") == true)
        #expect(fault?.message.contains(fragment) == true, "\(fault?.message ?? "")")
    }

    @Test(arguments: [
        ("mon:03:00-04:00", "form ddd"), ("may:03:00-may:04:00", "form ddd"), ("mon:03:00-mon:03:20", "at least 30 minutes"),
        ("mon:03:00-tue:03:00", "less than 24 hours"), ("03:00-04:00", "form ddd"),
    ])
    func badMaintenanceWindows(text: String, fragment: String) {
        let fault = #expect(throws: Fault.self) { try TimeWindow.maintenance(text) }
        #expect(fault?.message.contains("PreferredMaintenanceWindow") == true)
        #expect(fault?.message.contains(fragment) == true, "\(fault?.message ?? "")")
    }

    @Test(arguments: [
        ("03:00-04:00", "mon:03:30-mon:04:30", true), ("03:00-04:00", "mon:04:00-mon:05:00", false),
        ("03:00-04:00", "mon:02:00-mon:03:00", false), ("23:30-00:30", "tue:00:00-tue:00:30", true),
        ("23:30-00:30", "sun:23:00-mon:01:00", true), ("00:00-01:00", "sun:23:30-mon:00:30", true),
        ("12:00-12:30", "sun:00:00-sun:23:30", true), ("23:00-23:30", "sun:23:30-mon:00:00", false),
    ])
    func overlap(backup: String, maintenance: String, overlaps: Bool) throws {
        let (daily, weekly) = (try TimeWindow.backup(backup), try TimeWindow.maintenance(maintenance))
        #expect(daily.overlaps(weekly) == overlaps)
        #expect(weekly.overlaps(daily) == overlaps)
        #expect((try? TimeWindow.checkApart(daily, weekly)) == nil ? overlaps : !overlaps)
    }

    @Test(arguments: ["us-east-1", "eu-central-1", "ap-south-1", "sa-east-1"])
    func defaultsNeverOverlap(region: String) throws {
        for _ in 0..<200 {
            let (backup, maintenance) = try DefaultWindows.complete(
                backup: nil, maintenance: nil, region: region, random: .system)
            #expect(!backup.overlaps(maintenance))
            #expect(backup.length == 30 && maintenance.length == 30)
        }
    }

    @Test func defaultsLieInTheRegionsBlock() throws {
        for _ in 0..<200 {
            let (backup, _) = try DefaultWindows.complete(backup: nil, maintenance: nil, region: "us-east-1", random: .system)
            #expect((3 * 60...11 * 60 - 30).contains(backup.start))
        }
    }

    @Test func aGivenWindowIsAvoidedEvenWhenItFillsTheBlock() throws {
        let given = try TimeWindow.backup("02:00-12:00")
        let (backup, maintenance) = try DefaultWindows.complete(
            backup: given, maintenance: nil, region: "us-east-1", random: .system)
        #expect(backup == given)
        #expect(!given.overlaps(maintenance))
        let weekly = try TimeWindow.maintenance("mon:00:00-mon:23:30")
        let other = try DefaultWindows.complete(backup: nil, maintenance: weekly, region: "us-east-1", random: .system)
        #expect(!other.backup.overlaps(weekly))
    }
}
