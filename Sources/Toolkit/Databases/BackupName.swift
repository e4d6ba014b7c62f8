public import DatabaseURLs
public import Foundation

/// The name of a backup's file: the database's, the time in UTC, and an ending that says what it is.
public enum BackupName {
    /// `cruddur-2026-11-21T02-44-42Z.dump`
    public static func make(_ address: DatabaseAddress, isPlain: Bool, at date: Date) -> String {
        var name = address.databaseName
        if address.dialect == .sqlite, let dot = name.lastIndex(of: "."), dot > name.startIndex { name = String(name[..<dot]) }
        // A database may be called anything; a file is called something that no shell trips over.
        let safe = String(name.map { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) ? $0 : "_" })
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.timeZone = TimeZone(secondsFromGMT: 0)
        format.dateFormat = "yyyy-MM-dd'T'HH-mm-ss'Z'"
        let ending =
            switch address.dialect {
            case .postgresql: isPlain ? "sql" : "dump"
            case .mysql: "sql"
            case .sqlite: "db"
            }
        return "\(safe.hasPrefix(".") ? "_" : "")\(safe)-\(format.string(from: date)).\(ending)"
    }
}
