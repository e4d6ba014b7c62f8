import Testing

@testable import Gateway

@Suite struct RelayStateMachineTests {
    private typealias Machine = RelayStateMachine

    private func relaying() -> RelayStateMachine {
        var machine = RelayStateMachine(opening: .clientSpeaks)
        #expect(machine.startup(.admit) == .enqueue)
        #expect(machine.admitted() == .connect)
        #expect(machine.greeted() == .relay)
        return machine
    }

    @Test func `the way of a session`() {
        var machine = RelayStateMachine(opening: .clientSpeaks)
        #expect(machine.startup(.encryptionRequest) == .denyEncryption)
        #expect(machine.startup(.encryptionRequest) == .denyEncryption)
        #expect(machine.state == .readingStartup)
        #expect(machine.startup(.admit) == .enqueue)
        #expect(machine.state == .waiting)
        #expect(machine.admitted() == .connect)
        #expect(machine.serverNotReady() == .requeue)
        #expect(machine.state == .waiting)
        #expect(machine.admitted() == .connect)
        #expect(machine.greeted() == .relay)
        #expect(machine.state == .relaying(fromClient: .open, fromServer: .open))
        #expect(machine.clientEnded(backlog: false, unsent: false) == .shutdownWrite(.server))
        #expect(machine.serverEnded(backlog: false, gone: true) == .linger)
        #expect(machine.clientEnded(backlog: false, unsent: false) == .close)
    }

    @Test func `a role that the server lets in must show a token`() {
        var machine = RelayStateMachine(opening: .clientSpeaks)
        _ = machine.startup(.admit)
        _ = machine.admitted()
        #expect(machine.unchallenged() == .askPassword)
        #expect(machine.state == .authenticating)
        // The server's word alone does not get it any further.
        #expect(machine.greeted() == .none)
        #expect(machine.unchallenged() == .none)
        let asked = machine
        #expect(machine.passwordAccepted() == .relay)
        #expect(machine.state == .relaying(fromClient: .open, fromServer: .open))
        #expect(machine.passwordAccepted() == .none)
        machine = asked
        #expect(machine.refuse(.iamFailed) == .refuse(.iamFailed))
        #expect(machine.passwordAccepted() == .none)
        machine = asked
        #expect(machine.timedOut() == .close)
        machine = asked
        #expect(machine.serverEnded(backlog: false, gone: true) == .refuse(.shuttingDown))
        machine = asked
        #expect(machine.clientEnded(backlog: false, unsent: false) == .close)
        machine = asked
        #expect(machine.removed() == .refuse(.shuttingDown))
    }

    @Test func `nobody is let in without being asked`() {
        for state in [RelayStateMachine(opening: .clientSpeaks), relaying()] {
            var machine = state
            #expect(machine.passwordAccepted() == .none)
            #expect(machine.unchallenged() == .none)
            #expect(machine == state)
        }
    }

    @Test func `a wait after failures ends in the queue`() {
        var machine = RelayStateMachine(opening: .clientSpeaks)
        #expect(machine.startup(.delay) == .delay)
        var left = machine
        #expect(left.clientEnded(backlog: false, unsent: false) == .close)
        #expect(machine.admitted() == .none)
        #expect(machine.timedOut() == .enqueue)
        #expect(machine.admitted() == .connect)
    }

    @Test func `a revoked rule`() {
        var relayed = relaying()
        #expect(relayed.revoked() == .close)
        var reading = RelayStateMachine(opening: .clientSpeaks)
        #expect(reading.revoked() == .none)
        var waiting = RelayStateMachine(opening: .clientSpeaks)
        _ = waiting.startup(.admit)
        #expect(waiting.revoked() == .refuse(.accessDenied))
        var mysql = RelayStateMachine(opening: .serverSpeaks)
        #expect(mysql.revoked() == .refuseMySQL(.accessDenied))
        // Its answer will be refused.
        var greeted = RelayStateMachine(opening: .serverSpeaks)
        _ = greeted.admitted()
        _ = greeted.greeted()
        #expect(greeted.revoked() == .none)
        #expect(greeted.startup(.refuseMySQL(.accessDenied)) == .refuseMySQL(.accessDenied))
    }

    @Test func `asking for encryption has an end`() {
        var machine = RelayStateMachine(opening: .clientSpeaks)
        _ = machine.startup(.encryptionRequest)
        _ = machine.startup(.encryptionRequest)
        #expect(machine.startup(.encryptionRequest) == .refuse(.unsupportedProtocol(major: 1234, minor: 5679)))
        #expect(machine.state == .lingering(clientEnded: false))
    }

    @Test func `a server that speaks first needs no start-up`() {
        var machine = RelayStateMachine(opening: .serverSpeaks)
        #expect(machine.admitted() == .connect)
        #expect(machine.greeted() == .greet)
        #expect(machine.loggedIn() == .none)
        #expect(machine.startup(.admit) == .answer)
        #expect(machine.startup(.admit) == .none)
        #expect(machine.loggedIn() == .relay)
        #expect(machine.state == .relaying(fromClient: .open, fromServer: .open))
        var waiting = RelayStateMachine(opening: .serverSpeaks)
        #expect(waiting.timedOut() == .refuseMySQL(.startingUp))
    }

    @Test(arguments: [RelayStateMachine.Opening.clientSpeaks, .serverSpeaks])
    func `who is met with silence is never answered`(opening: RelayStateMachine.Opening) {
        var machine = RelayStateMachine(opening: opening)
        #expect(machine.evicted() == .close)
        #expect(machine.state == .closed)
        #expect(machine.evicted() == .none)
    }

    private func greeted() -> RelayStateMachine {
        var machine = RelayStateMachine(opening: .serverSpeaks)
        _ = machine.admitted()
        #expect(machine.greeted() == .greet)
        return machine
    }

    @Test func `a MySQL client that was greeted is told why it must go`() {
        var delayed = greeted()
        #expect(delayed.startup(.delay) == .delay)
        var later = delayed
        #expect(later.timedOut() == .answer)
        var answered = greeted()
        #expect(answered.startup(.admit) == .answer)
        for machine in [greeted(), delayed, answered] {
            var (left, removed, refused, failed) = (machine, machine, machine, machine)
            #expect(left.serverEnded(backlog: false, gone: true) == .refuseMySQL(.serverLeft))
            #expect(removed.removed() == .refuseMySQL(.shuttingDown))
            #expect(refused.serverRefused() == .linger)
            #expect(failed.clientEnded(backlog: false, unsent: false) == .close)
            var evicted = machine
            #expect(evicted.evicted() == .close)
        }
        for machine in [greeted(), answered] {
            var late = machine
            #expect(late.timedOut() == .refuseMySQL(.timedOut))
        }
        var early = RelayStateMachine(opening: .serverSpeaks)
        _ = early.admitted()
        #expect(early.serverNotReady() == .requeue)
    }

    @Test func `a cancel request goes straight to the server`() {
        var machine = RelayStateMachine(opening: .clientSpeaks)
        #expect(machine.startup(.cancel) == .connectForCancel)
        #expect(machine.serverEnded(backlog: false, gone: true) == .linger)
    }

    @Test func `a half is ended only when its last bytes are written`() {
        var machine = relaying()
        #expect(machine.clientEnded(backlog: true, unsent: false) == .none)
        #expect(machine.serverEnded(backlog: true, gone: false) == .none)
        #expect(machine.state == .relaying(fromClient: .ended, fromServer: .ended))
        #expect(machine.drained(to: .server) == .shutdownWrite(.server))
        #expect(machine.drained(to: .client) == .linger)
    }

    @Test func `a backlog for the server outlives the server's half`() {
        var machine = relaying()
        #expect(machine.serverEnded(backlog: false, gone: false) == .shutdownWrite(.client))
        #expect(machine.clientEnded(backlog: true, unsent: false) == .none)
        #expect(machine.drained(to: .server) == .linger)
        var quick = relaying()
        _ = quick.serverEnded(backlog: false, gone: false)
        #expect(quick.clientEnded(backlog: false, unsent: false) == .close)
    }

    @Test func `the last bytes for a client are written before it is left`() {
        var machine = relaying()
        #expect(machine.serverEnded(backlog: true, gone: true) == .linger)
        #expect(machine.clientEnded(backlog: false, unsent: true) == .none)
        #expect(machine.drained(to: .client) == .close)
        var other = relaying()
        _ = other.serverEnded(backlog: true, gone: true)
        #expect(other.drained(to: .client) == .shutdownWrite(.client))
        #expect(other.timedOut() == .close)
    }

    @Test func `failures`() {
        var machine = relaying()
        #expect(machine.clientFailed() == .close)
        #expect(machine.clientFailed() == .none)
        machine = relaying()
        #expect(machine.serverWriteFailed() == .none)
        #expect(machine.clientEnded(backlog: false, unsent: false) == .none)
        #expect(machine.serverEnded(backlog: false, gone: true) == .linger)
        machine = relaying()
        #expect(machine.serverReadFailed() == .linger)
    }

    @Test func `who waits too long, and whose route is removed`() {
        for admitted in [false, true] {
            var machine = RelayStateMachine(opening: .clientSpeaks)
            _ = machine.startup(.admit)
            if admitted { _ = machine.admitted() }
            var removed = machine
            #expect(machine.timedOut() == .refuse(.startingUp))
            #expect(removed.removed() == .refuse(.shuttingDown))
        }
        var machine = relaying()
        #expect(machine.timedOut() == .none)
        #expect(machine.removed() == .close)
        var reading = RelayStateMachine(opening: .clientSpeaks)
        #expect(reading.timedOut() == .close)
    }

    @Test func `a closed connection answers nothing to any event`() {
        for event in Self.events {
            var machine = relaying()
            _ = machine.clientFailed()
            #expect(event(&machine) == .none)
            #expect(machine.state == .closed)
        }
    }

    /// Whatever comes in whatever order, it ends when the client fails, and is never half closed twice.
    @Test func `random events keep to the rules`() {
        let seed = UInt64.random(in: 0 ... .max)
        var generator = SeededGenerator(seed: seed)
        for round in 0..<5_000 {
            var machine = RelayStateMachine(opening: Bool.random(using: &generator) ? .clientSpeaks : .serverSpeaks)
            var actions: [RelayStateMachine.Action] = []
            for _ in 0..<12 { actions.append((Self.events.randomElement(using: &generator) ?? { $0.clientFailed() })(&machine)) }
            actions.append(machine.clientFailed())
            #expect(machine.state == .closed, "seed \(seed), round \(round)")
            #expect(actions.filter { $0 == .close }.count == 1, "seed \(seed), round \(round): \(actions)")
            #expect(actions.filter { $0 == .shutdownWrite(.server) }.count <= 1, "seed \(seed), round \(round): \(actions)")
            #expect(actions.filter { $0 == .linger }.count <= 1, "seed \(seed), round \(round): \(actions)")
        }
    }

    private static let events: [@Sendable (inout RelayStateMachine) -> RelayStateMachine.Action] = [
        { $0.startup(.encryptionRequest) }, { $0.startup(.admit) }, { $0.startup(.cancel) },
        { $0.startup(.refuse(.noUserName)) }, { $0.admitted() }, { $0.greeted() }, { $0.serverNotReady() },
        { $0.clientEnded(backlog: true, unsent: true) }, { $0.clientEnded(backlog: false, unsent: false) },
        { $0.serverEnded(backlog: true, gone: false) }, { $0.serverEnded(backlog: false, gone: false) },
        { $0.serverEnded(backlog: false, gone: true) }, { $0.drained(to: .client) }, { $0.drained(to: .server) },
        { $0.serverWriteFailed() }, { $0.serverReadFailed() }, { $0.timedOut() }, { $0.removed() },
        { $0.startup(.delay) }, { $0.startup(.refuseMySQL(.reservedUser)) }, { $0.serverRefused() }, { $0.loggedIn() },
        { $0.refuseMySQL(.badHandshake) }, { $0.revoked() },
    ]
}
