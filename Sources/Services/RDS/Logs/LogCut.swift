/// How much of what was read of a log goes into one portion.
enum LogCut {
    /// "If the number of lines specified results in a file over 1 MB in size, the file is truncated at 1 MB" (botocore). RDS
    /// drops the rest of the line there; here a portion ends with a line, and the next one goes on.
    static let portionBytes = 1 << 20
    /// Lines in a portion for which no number was asked; RDS gives no more in any case.
    static let lineLimit = 10_000

    /// How many of the bytes, which begin where the last portion ended, make the next one.
    ///
    /// - Parameter isEnd: the log ends with them; otherwise more follow.
    static func forward(_ bytes: ArraySlice<UInt8>, isEnd: Bool, lines: Int) -> Int {
        var left = lines
        var lineEnd = bytes.startIndex
        for index in bytes.indices where bytes[index] == newline {
            lineEnd = index + 1
            left -= 1
            if left == 0 { break }
        }
        if left == 0 || (!isEnd && lineEnd > bytes.startIndex) { return lineEnd - bytes.startIndex }
        let whole = bytes.count - unfinished(bytes)
        // A character that stays unfinished is given as it is, rather than never.
        return whole == 0 ? bytes.count : whole
    }

    /// How many bytes to leave out at the start, so that no more than `lines` lines remain.
    ///
    /// - Parameter isStart: the log begins with them; otherwise they may begin amid a line, which is left out.
    static func backward(_ bytes: ArraySlice<UInt8>, isStart: Bool, lines: Int) -> Int {
        var left = lines
        var index = bytes.endIndex
        // The newline at the very end ends the last line; it begins none.
        if bytes.last == newline { index -= 1 }
        while index > bytes.startIndex {
            index -= 1
            guard bytes[index] == newline else { continue }
            left -= 1
            if left == 0 { return index + 1 - bytes.startIndex }
        }
        guard !isStart, let first = bytes.firstIndex(of: newline), first + 1 < bytes.endIndex else { return 0 }
        return first + 1 - bytes.startIndex
    }

    private static let newline = UInt8(ascii: "\n")

    /// The bytes at the end that begin a UTF-8 character and do not complete it (RFC 3629, 3).
    static func unfinished(_ bytes: ArraySlice<UInt8>) -> Int {
        for (back, byte) in bytes.suffix(3).reversed().enumerated() {
            switch byte {
            case 0xC2...0xDF: return back < 1 ? back + 1 : 0
            case 0xE0...0xEF: return back < 2 ? back + 1 : 0
            case 0xF0...0xF4: return back < 3 ? back + 1 : 0
            case 0x80...0xBF: continue
            default: return 0
            }
        }
        return 0
    }
}
