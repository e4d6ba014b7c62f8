import Foundation
import Testing

@testable import Engines

@Suite struct SCRAMVerifierTests {
    /// RFC 7677, section 3: the keys follow from its password, salt and count, and yield its proof and signature.
    @Test func agreesWithTheExampleOfTheRFC() throws {
        let salt = try #require(Data(base64Encoded: "W22ZaJ0SNY7soEsUEjb6gQ=="))
        let verifier = try SCRAMVerifier(password: "pencil", salt: Array(salt))
        #expect(verifier.description == Self.example)
    }

    static let example =
        "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$WG5d8oPm3OtcPnkdi4Uo7BkeZkBFzpcXkuLmtbsT4qY=:wfPLwcE6nTWhTAmQ7tl2KeoiWGPlZqQxSrmfPwDl2dU="

    @Test func isReadAsItIsWritten() throws {
        let verifier = try SCRAMVerifier.make(password: "a password with spaces & $igns")
        #expect(SCRAMVerifier(verifier.description) == verifier)
        #expect(verifier.iterations == 4096)
        #expect(verifier.salt.count == 16)
    }

    @Test func everyOneHasItsOwnSalt() throws {
        #expect(try SCRAMVerifier.make(password: "same") != SCRAMVerifier.make(password: "same"))
    }

    @Test(arguments: ["", "plain", "md5abc", "SCRAM-SHA-256$4096:x$y:z", example + "x", "SCRAM-SHA-256$0:" + example.dropFirst(19)])
    func nothingElsePassesForOne(_ text: String) {
        #expect(SCRAMVerifier(text) == nil)
    }

    @Test(arguments: ["", "pässword", "tab\tbed", "new\nline"])
    func refusesWhatRDSDoesNotAllow(_ password: String) {
        #expect(throws: EngineError.self) { try SCRAMVerifier.make(password: password) }
    }
}
