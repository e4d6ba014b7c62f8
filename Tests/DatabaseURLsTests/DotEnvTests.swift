import DatabaseURLs
import Testing

@Suite(".env files")
struct DotEnvTests {
    @Test("As they are written")
    func written() throws {
        let text = """
            # Sample Database configuration
            DB_ENDPOINT='users-database.us-west-2.rds.amazonaws.com'
            export DB_USERNAME="ad\\"min"
            DB_PASSWORD='z7$JgA#8!'   # prod
            EMPTY=
            NOTHING= # to see
            PLAIN = a b # comment
            HASH=a#b
            my-var.2=$(id)
            ALONE
            """
        let expected = [
            "DB_ENDPOINT": "users-database.us-west-2.rds.amazonaws.com", "DB_USERNAME": "ad\"min", "DB_PASSWORD": "z7$JgA#8!",
            "EMPTY": "", "NOTHING": "", "PLAIN": "a b", "HASH": "a#b", "my-var.2": "$(id)",
        ]
        #expect(try DotEnv.parse(text) == expected)
        #expect(try DotEnv.parse("\u{FEFF}" + text.replacing("\n", with: "\r\n")) == expected)
        #expect(try DotEnv.parse(text.replacing("\n", with: "\r")) == expected)
        #expect(try DotEnv.parse("").isEmpty)
    }

    @Test("Quotation marks hold lines together", arguments: ["\n", "\r\n"])
    func manyLines(end: String) throws {
        let text = ["A='one", "two'", "B=\"x\\ny\\\\n\\q\"", "C=3"].joined(separator: end)
        #expect(try DotEnv.parse(text) == ["A": "one\ntwo", "B": "x\ny\\n\\q", "C": "3"])
    }

    @Test(
        "What is no assignment is refused with its line, and without what it says",
        arguments: [
            ("A=1\nnon sense=1", 2, "is not NAME=value"), ("A=1\r\n=2", 2, "is not NAME=value"),
            ("\nA B=1", 2, "is not NAME=value"),
            ("A='secret", 1, "opens a quotation mark that is not closed"),
            ("A='1\n2'\nB=\"secret\n", 3, "opens a quotation mark that is not closed"),
            ("A='1'secret", 1, "goes on after the closing quotation mark"), ("$A=1", 1, "is not NAME=value"),
        ] as [(String, Int, String)])
    func refused(text: String, line: Int, reason: String) {
        #expect(throws: DotEnvError(line: line, reason: reason)) { try DotEnv.parse(text) }
    }
}
