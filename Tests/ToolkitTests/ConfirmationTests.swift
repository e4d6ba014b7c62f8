import DatabaseURLs
import Testing

@testable import Toolkit

@Suite struct ConfirmationTests {
    static let local = DatabaseAddress(.postgresql, host: "127.0.0.1", database: "cruddur")
    static let remote = DatabaseAddress(.postgresql, host: "db.example.com", database: "cruddur")

    @Test("What is lost decides, and who is there to be asked")
    func decision() {
        #expect(Confirmation(Self.local, losesNothing: true, yes: false, isTerminal: false) == .goOn)
        #expect(Confirmation(Self.local, losesNothing: false, yes: true, isTerminal: false) == .goOn)
        #expect(Confirmation(Self.local, losesNothing: false, yes: false, isTerminal: true) == .ask)
        #expect(Confirmation(Self.remote, losesNothing: false, yes: false, isTerminal: true) == .askFor(name: "cruddur"))
        guard case .refuse = Confirmation(Self.local, losesNothing: false, yes: false, isTerminal: false) else {
            Issue.record("without a terminal and without --yes it must be refused")
            return
        }
    }

    @Test("Only the right answer lets it go on")
    func answers() {
        #expect(Confirmation.ask.accepts("yes"))
        #expect(!Confirmation.ask.accepts("y") && !Confirmation.ask.accepts("") && !Confirmation.ask.accepts(nil))
        #expect(Confirmation.askFor(name: "cruddur").accepts("cruddur"))
        #expect(!Confirmation.askFor(name: "cruddur").accepts("yes"))
        #expect(!Confirmation.refuse(reason: "").accepts("yes"))
    }
}
