import Testing

@testable import Services

@Suite struct LogCutTests {
    @Test(arguments: [
        // What was read, whether it is all, lines asked for, what goes out.
        ("", true, 3, ""),
        ("a\nb\nc\n", true, 2, "a\nb\n"),
        ("a\nb\nc\n", true, 3, "a\nb\nc\n"),
        ("a\nb\nc\n", true, 9, "a\nb\nc\n"),
        ("a\nb", true, 9, "a\nb"),
        ("a\nb", true, 1, "a\n"),
        ("a\nb", false, 9, "a\n"),
        ("long", false, 9, "long"),
        ("\n\n\n", true, 2, "\n\n"),
    ])
    func forward(text: String, isEnd: Bool, lines: Int, expected: String) {
        let bytes = Array(text.utf8)
        let count = LogCut.forward(bytes[...], isEnd: isEnd, lines: lines)
        #expect(String(decoding: bytes[..<count], as: UTF8.self) == expected)
    }

    @Test(arguments: [
        // What was read, whether the log begins with it, lines asked for, what remains.
        ("", true, 3, ""),
        ("a\nb\nc\n", true, 2, "b\nc\n"),
        ("a\nb\nc", true, 2, "b\nc"),
        ("a\nb\nc\n", true, 3, "a\nb\nc\n"),
        ("a\nb\nc\n", true, 9, "a\nb\nc\n"),
        ("f a line\nb\nc\n", false, 9, "b\nc\n"),
        ("f a line\nb\nc\n", false, 1, "c\n"),
        ("f a line without end", false, 9, "f a line without end"),
        ("f a line\n", false, 9, "f a line\n"),
    ])
    func backward(text: String, isStart: Bool, lines: Int, expected: String) {
        let bytes = Array(text.utf8)
        let left = LogCut.backward(bytes[...], isStart: isStart, lines: lines)
        #expect(String(decoding: bytes[left...], as: UTF8.self) == expected)
    }

    @Test(
        arguments: [
            ([0x61, 0xC3], 1), ([0x61, 0xC3, 0xA4], 0), ([0x61, 0xE2, 0x82], 2), ([0xE2], 1), ([0xE2, 0x82, 0xAC], 0),
            ([0xF0, 0x9F, 0xA6], 3), ([0xF0, 0x9F, 0xA6, 0x85], 0), ([0xFF], 0), ([0x80, 0x80], 0), ([], 0),
        ] as [([UInt8], Int)])
    func unfinishedCharacters(bytes: [UInt8], expected: Int) {
        #expect(LogCut.unfinished(bytes[...]) == expected)
    }

    @Test func anUnfinishedCharacterIsHeldBackUnlessItIsAllThereIs() {
        #expect(LogCut.forward([0x61, 0xC3], isEnd: true, lines: 9) == 1)
        #expect(LogCut.forward([0xC3], isEnd: true, lines: 9) == 1)
    }
}
