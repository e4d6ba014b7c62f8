import Foundation
import Logging
import Routing

/// Users who log in with a token: the server asks the gateway, the gateway asks the client.
extension RelayLoop {
    func askMySQLToken(_ slot: Int) {
        guard let route = route(of: slot) else { return close(slot) }
        guard route.door.iam != nil else { return refuseMySQLLogin(slot, route, .notEnabled) }
        guard slots[slot].tls != nil else { return refuseMySQLLogin(slot, route, .notEncrypted) }
        guard route.door.word != nil else { return refuseMySQLLogin(slot, route, .noWord) }
        let question = slots[slot].login.askToken()
        guard question.withUnsafeBytes({ transmit(slot, $0) }) else { return perform(slots[slot].machine.clientFailed(), slot) }
        listenToClient(slot)
    }

    func judgeMySQLToken(_ token: String, _ slot: Int) {
        guard let route = route(of: slot) else { return close(slot) }
        guard let policy = route.door.iam, let word = route.door.word else { return refuseMySQLLogin(slot, route, .notEnabled) }
        do throws(IAMFailure) {
            try policy.verify(token: token, user: userName(slot), now: Date(), longestName: .max)
        } catch {
            return refuseMySQLLogin(slot, route, error)
        }
        guard let packet = slots[slot].login.vouched(word.bytes, for: slots[slot].account.bytes) else { return close(slot) }
        slots[slot].usedToken = true
        sendToServer(slot, packet)
    }

    private func refuseMySQLLogin(_ slot: Int, _ route: RelayRoute, _ failure: IAMFailure) {
        let user = userName(slot)
        noteTokenFailure(slot, route, user, failure)
        perform(slots[slot].machine.refuseMySQL(.iamFailed), slot)
    }
}
