internal import Foundation

/// Users and groups on their way here. Each goes through the rules that everybody who is added goes through.
struct Migration: Sendable {
    let users: Users
    let groups: Groups

    struct Rejected: Encodable, Sendable, Equatable {
        var kind: String
        var key: String
        var reasons: [String]
    }

    struct Report: Sendable, Equatable {
        var users = 0
        var groups = 0
        var present = 0
        var rejected: [Rejected] = []
    }

    func run(_ source: MigrationSource) async throws -> Report {
        var report = Report()
        for draft in source.users {
            do {
                try await users.create(try draft.checked())
                report.users += 1
            } catch let broken as Broken where broken.errors == ["uid_taken"] {
                report.present += 1
            } catch let broken as Broken {
                report.rejected.append(Rejected(kind: "user", key: draft.uid ?? "", reasons: broken.errors))
            }
        }
        for draft in source.groups { try await take(draft, &report) }
        return report
    }

    private func take(_ draft: GroupDraft, _ report: inout Report) async throws {
        let name = draft.name ?? ""
        do {
            try await groups.create(try draft.checked())
            report.groups += 1
        } catch let broken as Broken where broken.errors == ["name_taken"] {
            report.present += 1
        } catch let broken as Broken {
            return report.rejected.append(Rejected(kind: "group", key: name, reasons: broken.errors))
        }
        for uid in draft.members ?? [] where try await !groups.add(uid.lowercased(), to: name.lowercased()) {
            report.rejected.append(Rejected(kind: "member", key: "\(uid) of \(name)", reasons: ["user_not_found"]))
        }
    }
}
