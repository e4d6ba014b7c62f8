import Foundation
import Testing

@testable import Cruddur

struct DraftTests {
    @Test(
        "What is said keeps Cruddur's rules",
        arguments: [
            (ActivityDraft(user_handle: "bayko", message: "Hello", ttl: "7-days"), []),
            (ActivityDraft(user_handle: "bayko", message: String(repeating: "é", count: 280), ttl: "1-hour"), []),
            (ActivityDraft(), ["ttl_blank", "user_handle_blank", "message_blank"]),
            (ActivityDraft(user_handle: " ", message: "\n", ttl: "8-days"), ["ttl_blank", "user_handle_blank", "message_blank"]),
            (
                ActivityDraft(user_handle: "bayko", message: String(repeating: "x", count: 281), ttl: "1-day"),
                ["message_exceed_max_chars"]
            ),
            (ActivityDraft(user_handle: "bayko", message: "a\u{0}b", ttl: "1-day"), ["zero_byte"]),
        ] as [(ActivityDraft, [String])])
    func rules(_ draft: ActivityDraft, _ errors: [String]) {
        #expect(Self.errors { () throws(NewActivity.Broken) in try NewActivity.activity(draft) } == errors)
    }

    @Test("A reply has no time of its own, and more room")
    func replies() throws {
        let words = String(repeating: "x", count: 1024)
        let reply = try NewActivity.reply(ActivityDraft(user_handle: "bayko", message: words))
        #expect(reply == NewActivity(handle: "bayko", message: words, seconds: nil))
        #expect(
            Self.errors { () throws(NewActivity.Broken) in
                try NewActivity.reply(ActivityDraft(user_handle: "b", message: "m", ttl: "1-day"))
            } == ["ttl_of_reply"]
        )
    }

    @Test("One letter of a thousand marks is no way around the limit")
    func marks() {
        let message = "e" + String(repeating: "\u{301}", count: 100_000)
        let draft = ActivityDraft(user_handle: "bayko", message: message, ttl: "1-day")
        #expect(Self.errors { () throws(NewActivity.Broken) in try NewActivity.activity(draft) } == ["message_exceed_max_chars"])
    }

    @Test(
        "A page is a number and a place",
        arguments: [
            (nil, nil, []), ("1", nil, []), ("100", nil, []), ("0", nil, ["limit_invalid"]), ("101", nil, ["limit_invalid"]),
            ("20; DROP TABLE users", "x", ["limit_invalid", "before_invalid"]),
            (nil, "1F0B2C3D-0000-4000-8000-000000000000", []), (nil, "' OR 1=1 --", ["before_invalid"]),
        ] as [(String?, String?, [String])])
    func pages(_ limit: String?, _ before: String?, _ errors: [String]) {
        do throws(FeedPage.Broken) {
            _ = try FeedPage(limit: limit, before: before)
            #expect(errors.isEmpty)
        } catch {
            #expect(error.errors == errors)
        }
    }

    @Test(
        "What means something in a pattern is looked for as it is",
        arguments: [
            ("tea", "%tea%"), ("100%", "%100\\%%"), ("a_b", "%a\\_b%"), ("\\", "%\\\\%"), ("'", "%'%"),
        ])
    func patterns(_ term: String, _ pattern: String) {
        #expect(Words.pattern(containing: term) == pattern)
    }

    private static func errors(_ body: () throws(NewActivity.Broken) -> NewActivity) -> [String] {
        do throws(NewActivity.Broken) {
            _ = try body()
            return []
        } catch {
            return error.errors
        }
    }
}

struct ConfirmationTests {
    static func event(_ changes: [String: String?] = [:], trigger: String = "PostConfirmation_ConfirmSignUp") throws -> Data {
        var attributes = [
            "sub": "0a1b", "name": "Andrew Brown", "email": "andrew@example.com", "preferred_username": "andrewbrown",
            "email_verified": "true",
        ]
        for (name, value) in changes { attributes[name] = value }
        return try JSONSerialization.data(withJSONObject: [
            "version": "1", "triggerSource": trigger, "request": ["userAttributes": attributes], "response": [:],
        ])
    }

    static func mistake(_ event: Data) -> ConfirmationEvent.Mistake? {
        do throws(ConfirmationEvent.Mistake) {
            _ = try ConfirmationEvent(event)
            return nil
        } catch {
            return error
        }
    }

    @Test("The user of an event")
    func user() throws {
        let user = try ConfirmationEvent(try Self.event()).newUser
        #expect(user?.sub == "0a1b" && user?.handle == "andrewbrown" && user?.displayName == "Andrew Brown")
        #expect(user?.email == "andrew@example.com")
    }

    @Test("A password that was forgotten makes nobody new")
    func forgotten() throws {
        #expect(try ConfirmationEvent(Self.event(trigger: "PostConfirmation_ConfirmForgotPassword")).newUser == nil)
    }

    @Test("What is no such event is refused")
    func mistakes() throws {
        #expect(Self.mistake(Data("[]".utf8)) == .notJSON)
        #expect(Self.mistake(Data()) == .notJSON)
        #expect(Self.mistake(try Self.event(trigger: "PreSignUp_SignUp")) == .trigger("PreSignUp_SignUp"))
        for name in ["sub", "name", "email", "preferred_username"] {
            #expect(Self.mistake(try Self.event([name: nil])) == .missing(name))
            #expect(Self.mistake(try Self.event([name: "  "])) == .missing(name))
            #expect(Self.mistake(try Self.event([name: "a\u{0}b"])) == .invalid(name))
            #expect(Self.mistake(try Self.event([name: String(repeating: "x", count: 2049)])) == .invalid(name))
        }
        #expect(Self.mistake(try Self.event(["sub": "MOCK"])) == .invalid("sub"))
    }
}
