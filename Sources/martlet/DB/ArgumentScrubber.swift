internal import DatabaseURLs
internal import Foundation

/// Takes a password that was typed into an argument out of what `ps` shows.
enum ArgumentScrubber {
    /// Overwrites it in the process's own argument memory, which is what `/proc/PID/cmdline` shows, and warns: the shell's
    /// history has it all the same.
    ///
    /// - Parameters:
    ///   - option: what the URL was typed behind.
    ///   - advice: where the password can be put instead, a sentence.
    static func hidePassword(
        of url: String, option: String = "--url",
        advice: String = "Put the URL into CONNECTION_URL, or the password into PGPASSWORD, MYSQL_PWD or --password-file."
    ) {
        guard let range = passwordRange(url) else { return }
        let secret = Array(url.utf8[range])
        for index in 0..<Int(CommandLine.argc) {
            guard let argument = CommandLine.unsafeArgv[index], let place = strstr(argument, url) else { continue }
            let offset = url.utf8.distance(from: url.startIndex, to: range.lowerBound)
            memset(place + offset, Int32(UInt8(ascii: "x")), secret.count)
        }
        let warning = """
            warning: a password in \(option) is seen by everybody who can run ps, until now, and stays in the shell's history. \
            \(advice)

            """
        FileHandle.standardError.write(Data(warning.utf8))
    }

    private static func passwordRange(_ url: String) -> Range<String.Index>? {
        guard let start = url.firstRange(of: "://")?.upperBound, let at = url[start...].lastIndex(of: "@"),
            let colon = url[start..<at].firstIndex(of: ":")
        else { return nil }
        let first = url.index(after: colon)
        return first < at ? first..<at : nil
    }
}
